// Who would be helped by a word, and what came of it.
import { h } from '../dom.js';
import { ago, date } from '../format.js';
import { field, form, kept, select } from '../forms.js';
import { badge, empty, pages, section } from '../parts.js';
import { texts } from '../texts.js';

export async function show(context, { cohort: asked }) {
  const { api, me } = context;
  const t = texts.followUps;
  const { body: { items: cohorts } } = await api.get('/v1/cohorts?mine=true&limit=20');
  if (!cohorts.length) return h('div', {}, h('h1', {}, t.title), empty(t.noCohort));
  const id = asked ?? (cohorts.find(({ closedAt }) => !closedAt) ?? cohorts[0]).id;
  const leads = me.roles.some(({ role, cohortId }) => role === 'lead' && cohortId === id);
  const [open, patterns] = await Promise.all([
    pages(api, `/v1/cohorts/${id}/followups?status=open&limit=25`, (one) => entry(context, id, one), t.none),
    leads ? api.get(`/v1/cohorts/${id}/patterns`).then(({ body }) => body.items) : [],
  ]);
  return h('div', {},
    h('h1', {}, t.title),
    h('p.hint', {}, t.hint),
    cohorts.length > 1 && h('ul.tabs', { 'aria-label': t.cohort }, cohorts.map((cohort) => h('li', {},
      h('a', { href: `#/follow-ups/${cohort.id}`, 'aria-current': cohort.id === id ? 'page' : null }, cohort.name)))),
    open,
    patterns.length > 0 && section(t.patterns, h('ul.plain', {},
      patterns.map((one) => h('li', {}, t.pattern(one, texts.checkIn.barriers[one.barrier]))))));
}

function entry({ api, me }, cohort, { id, learner, reasons, openedAt, dueOn }) {
  const t = texts.followUps;
  const place = h('div.panel', {});
  place.append(
    h('h2', {}, learner.name),
    h('p', {},
      reasons.map((reason) => t.reasons[reason]).join(', '), ' ',
      badge(t.dueOn(date(dueOn)), new Date(dueOn) < new Date() ? 'wrong' : '')),
    h('p.hint', {}, ago(openedAt)),
    h('details', {}, h('summary', {}, t.close), form(t.close, async ({ outcome, note }, { key, privacyConfirmed }) => {
      const answer = { outcome, ...(note && { note, privacyConfirmed }) };
      await api.post(`/v1/cohorts/${cohort}/followups/${id}/close`, answer, { 'Idempotency-Key': key });
      const said = h('p', { tabIndex: -1 }, `${learner.name}: ${t.closed}`);
      place.replaceChildren(said);
      said.focus();
    },
    field(t.outcome, select('outcome', t.outcomes, { required: true })),
    field(t.note, kept(h('textarea', { name: 'note', rows: 2, maxLength: 500 }), `${me.id}:${id}`), { hint: t.noteHint }))));
  return place;
}
