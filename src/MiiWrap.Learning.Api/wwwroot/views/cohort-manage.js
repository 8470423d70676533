// A lead changes a cohort: its name and gate, who teaches it, its calendar; an admin clones it.
import { cohortPage } from '../cohort.js';
import { today } from '../coaching.js';
import { h } from '../dom.js';
import { choices, field, form, tick } from '../forms.js';
import { pick } from '../pick.js';
import { section } from '../parts.js';
import { dated, table } from '../tables.js';
import { texts } from '../texts.js';

export async function show(context, { cohort: id }) {
  const t = texts.manage;
  const { api, hasRole, me } = context;
  const path = `/v1/cohorts/${id}`;
  const { body: cohort } = await api.get(path);
  const done = async (sent, said) => {
    await sent;
    await context.again();
    context.tell(said);
  };
  return cohortPage(
    cohort,
    'manage',
    section(t.change,
      form(t.save,
        ({ name, gate, coaching, leads = [], instructors = [] }) =>
          done(api.patch(path, { name, gate, coaching, leads, instructors }), t.saved),
        field(texts.cohorts.name, h('input', { name: 'name', value: cohort.name, required: true, maxLength: 200 })),
        choices(texts.cohorts.gate, 'gate', texts.cohorts.gates, { value: cohort.gate }),
        tick(texts.cohorts.coachingPart, 'coaching', cohort.coaching),
        pick(api, texts.cohorts.leads, 'leads', cohort.leads),
        pick(api, texts.cohorts.instructors, 'instructors', cohort.instructors),
      ),
    ),
    section(t.reschedule, reschedule(context, cohort, done)),
    hasRole('programAdmin') &&
      section(t.clone,
        form(t.cloneSubmit,
          async (values, { key }) => {
            const { body } = await api.post(`${path}/clone`, values, { 'Idempotency-Key': key });
            await context.go(`#/cohorts/${body.id}`);
          },
          h('p.hint', {}, t.cloneHint),
          h('div.pair', {},
            field(texts.cohorts.name, h('input', { name: 'name', required: true, maxLength: 200 })),
            field(texts.cohorts.startsOn, h('input', { type: 'date', name: 'startsOn', value: today(me.timeZone, 7), required: true })),
          ),
        ),
      ),
    h('details', {},
      h('summary', {}, cohort.closedAt ? t.reopen : t.close),
      h('p.hint', {}, cohort.closedAt ? t.reopenHint : t.closeHint),
      form(cohort.closedAt ? t.reopen : t.close, (_, { key }) =>
        done(
          api.post(`${path}/${cohort.closedAt ? 'reopen' : 'close'}`, undefined, { 'Idempotency-Key': key }),
          cohort.closedAt ? t.reopened : t.closed,
        ),
      ),
    ),
  );
}

/** What would move is shown before it moves. */
function reschedule({ api }, cohort, done) {
  const t = texts.manage;
  const path = `/v1/cohorts/${cohort.id}/reschedule`;
  const plan = h('div', { 'aria-live': 'polite' });
  return h('div', {},
    form(t.preview,
      async ({ startsOn }) => {
        const {
          body: { releases },
        } = await api.post(path, { startsOn, dryRun: true });
        plan.replaceChildren(
          releases.length === 0
            ? h('p.empty', {}, t.nothingMoves)
            : table(t.moves,
                t.columns,
                releases.map(({ title, from, to }) => [title, dated(from), dated(to)]),
              ),
          form(t.rescheduleSubmit, (_, { key }) =>
            done(api.post(path, { startsOn, dryRun: false }, { 'Idempotency-Key': key }), t.rescheduled),
          ),
        );
      },
      field(texts.cohorts.startsOn, h('input', { type: 'date', name: 'startsOn', value: cohort.startsOn, required: true }), {
        hint: t.rescheduleHint,
      }),
    ),
    plan,
  );
}
