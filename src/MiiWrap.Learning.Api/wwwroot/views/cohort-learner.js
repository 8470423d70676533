// One learner as who leads their cohort sees them: how far they are, the coaching they had, and a module opened before its time.
import { dosage, renew } from '../coaching.js';
import { h } from '../dom.js';
import { field, form, kept } from '../forms.js';
import { badge, meter, section } from '../parts.js';
import { dated } from '../tables.js';
import { texts } from '../texts.js';

export async function show(context, { cohort, enrolment }) {
  const t = texts.learner;
  const { api } = context;
  const [{ body: journey }, coaching, { body: people }] = await Promise.all([
    api.get(`/v1/enrolments/${enrolment}`),
    // Where coaching is no part of the programme there is none to tell of.
    api.get(`/v1/enrolments/${enrolment}/dosage`).then(
      ({ body }) => body,
      (error) => {
        if (error.status !== 404) throw error;
        return null;
      },
    ),
    api.get(`/v1/cohorts/${cohort}/progress?limit=200`),
  ]);
  const name = people.items.find(({ enrolmentId }) => enrolmentId === enrolment)?.learner.name ?? t.someone;
  const { unitsCompleted, unitsTotal, percent } = journey.progress;
  return h('div', {},
    h('h1', {}, name),
    h('p', {}, h('a', { href: `#/cohorts/${cohort}` }, t.back)),
    meter(percent, texts.progress.ofUnits(unitsCompleted, unitsTotal)),
    coaching && dosage(coaching),
    section(t.modules,
      h('ul.cards', {},
        journey.modules.map((module) => h('li', {}, one(context, enrolment, module))),
      ),
    ),
    journey.status === 'active' &&
      h('details', {},
        h('summary', {}, t.withdraw),
        h('p.hint', {}, t.withdrawHint),
        form(t.withdraw, async (_, { key }) => {
          await api.post(`/v1/enrolments/${enrolment}/withdraw`, undefined, { 'Idempotency-Key': key });
          await context.go(`#/cohorts/${cohort}`);
        }),
      ),
  );
}

function one(context, enrolment, { slug, title, state, opensOn, units }) {
  const t = texts.learner;
  const { api, me } = context;
  const head = [h('h3', {}, title), ' ', badge(t.states[state], state === 'completed' ? state : '')];
  if (state !== 'locked')
    return h('div.panel', {},
      head,
      h('p.hint', {}, texts.progress.ofUnits(units.filter((unit) => unit.state === 'completed').length, units.length)),
    );
  const open = form(t.open,
    async ({ reason }, { key, privacyConfirmed, form: made }) => {
      await api.post(`/v1/enrolments/${enrolment}/modules/${slug}/open`, { reason, privacyConfirmed }, { 'Idempotency-Key': key });
      await renew(context, made, t.opened(title));
    },
    field(t.reason, kept(h('input', { name: 'reason', required: true, maxLength: 280 }), `${me.id}:open:${enrolment}:${slug}`), {
      hint: texts.coaching.leaveOut,
    }),
  );
  return h('div.panel', {},
    head,
    h('p.hint', {}, texts.journey.opensOn(dated(opensOn))),
    h('details', {}, h('summary', {}, t.openEarly), open),
  );
}
