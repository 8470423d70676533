// The whole course: what is done, what is open, when the rest opens, and which check-ins will come.
import { h } from '../dom.js';
import { date, day } from '../format.js';
import { badge, empty, meter, section } from '../parts.js';
import { texts } from '../texts.js';

export async function show({ api, me }, { enrolment }) {
  const t = texts.journey;
  const id = enrolment ?? (me.enrolments.find(({ status }) => status === 'active') ?? me.enrolments[0])?.id;
  if (!id) return h('div', {}, h('h1', {}, t.title), empty(t.none));
  const [{ body: journey }, { body: coming }] = await Promise.all([
    api.get(`/v1/enrolments/${id}`),
    api.get(`/v1/nudges?status=planned&enrolment=${id}&limit=5`),
  ]);
  const others = me.enrolments.filter((other) => other.id !== id);
  return h('div', {},
    h('h1', {}, t.title),
    h('p.hint', {}, t.cohort(journey.cohort, journey.version)),
    h('div.place', {}, meter(journey.progress.percent, texts.today.progress(journey.progress)),
      others.map((other) => h('a', { href: `#/enrolments/${other.id}` }, t.more))),
    journey.modules.map((module) => (module.state === 'locked' ? locked(module) : section(module.title, h('ol.units', {},
      module.units.map((unit) => h('li', {}, unitOf(id, unit))))))),
    section(t.coming, coming.items.length
      ? h('ul.plain', {}, coming.items.map((one) => h('li', {}, `${day(one.dueAt)}: ${one.unitTitle ?? texts.today.aUnit}`)))
      : empty(t.noneComing)));
}

const locked = (module) => h('section.locked', {},
  h('h2', {}, module.title),
  h('p.hint', {}, module.waitsFor ? texts.journey.waitsFor : texts.journey.opensOn(date(module.opensOn))));

function unitOf(id, unit) {
  const t = texts.journey;
  const { assignment } = unit;
  const kind = { completed: 'good', started: 'late' }[unit.state] ?? '';
  if (unit.state === 'locked') return [h('span.title', {}, unit.title), badge(t.unitStates.locked)];
  return [
    h('a.title', { href: `#/enrolments/${id}/units/${unit.slug}` }, unit.title), ' ', badge(t.unitStates[unit.state], kind),
    assignment && h('p.hint', {}, h('a', { href: `#/enrolments/${id}/reflections/${assignment.slug}` }, t.reflection), ': ',
      t.reflectionStates[assignment.status]),
  ];
}
