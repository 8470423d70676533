// A unit to read, and what its reader will do with it.
import { courseText, h } from '../dom.js';
import { day } from '../format.js';
import { field, form, kept } from '../forms.js';
import { section, words } from '../parts.js';
import { texts } from '../texts.js';

export async function show({ api, me }, { enrolment, unit: slug }) {
  const t = texts.unit;
  const path = `/v1/enrolments/${enrolment}/units/${slug}`;
  const { body: unit } = await api.get(path);
  // Whoever opens it has begun; and a plan that was made before is in the journey.
  if (unit.state === 'open') await api.post(unit.links.start);
  const made = unit.state === 'completed' ? await planOf(api, enrolment, slug) : null;
  const doing = h('div.panel', {});
  doing.append(...(unit.state === 'completed' ? completed(unit, t.completed, made) : [plan(api, me, unit, doing)]));
  return h('article', {},
    h('p.hint', {}, h('a', { href: `#/enrolments/${enrolment}` }, t.journey)),
    h('h1', {}, unit.title),
    h('p.hint', {}, t.minutes(unit.minutes)),
    unit.outcomes.length > 0 && h('div.panel.sunken', {},
      h('h2', {}, t.outcomes), h('ul', {}, unit.outcomes.map((outcome) => h('li', {}, outcome)))),
    courseText(api, unit.html, path),
    section(t.practice, h('p', {}, unit.practice)),
    section(t.plan, doing));
}

async function planOf(api, enrolment, slug) {
  const { body: journey } = await api.get(`/v1/enrolments/${enrolment}`);
  return journey.modules.flatMap(({ units }) => units).find((unit) => unit.slug === slug)?.ifThen;
}

function plan(api, me, unit, place) {
  const t = texts.unit;
  const required = unit.nudgePlan !== 'light';
  const area = (name, value) =>
    kept(h('textarea', { name, rows: 2, maxLength: 280, value, required }), `${me.id}:${unit.links.complete}:${name}`);
  const { cue, action } = unit.ifThenStarter ?? { cue: '', action: '' };
  return form(t.complete, async ({ plannedFor, ...ifThen }, { key, privacyConfirmed }) => {
    // What may be left out in a light unit is a whole plan, not half of one.
    const given = ifThen.cue || ifThen.action ? { ifThen: { ...ifThen, ...(plannedFor && { plannedFor }) } } : {};
    const { body } = await api.post(unit.links.complete, { ...given, privacyConfirmed }, { 'Idempotency-Key': key });
    place.replaceChildren(...completed(unit, body.nudges.length ? t.askOn(day(body.nudges[0].dueAt)) : t.completed, given.ifThen));
    place.querySelector('p').focus();
  },
  h('p.hint', {}, t.planHint),
  field(t.cue, area('cue', cue), { hint: t.cueHint }),
  field(t.action, area('action', action), { hint: t.actionHint }),
  field(t.plannedFor, h('input', { name: 'plannedFor', type: 'date' }), { hint: t.plannedForHint }),
  h('p.hint', {}, `${t.check}: ${unit.check}`));
}

const completed = (unit, said, made) => [
  h('p', { tabIndex: -1 }, said),
  made && h('div', {}, h('p.hint', {}, texts.unit.yourPlan), words(texts.plan(made))),
  h('p.actions', {}, h('a.button', { href: `#${unit.links.reflection.replace('/v1', '')}` }, texts.unit.write)),
].filter(Boolean);
