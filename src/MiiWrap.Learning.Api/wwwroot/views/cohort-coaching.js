// Whether each learner of a cohort gets the coaching that they were promised, and how coaching goes.
import { cohortPage } from '../cohort.js';
import { h } from '../dom.js';
import { download } from '../downloads.js';
import { field, form, select } from '../forms.js';
import { dayAndTime } from '../format.js';
import { badge, section } from '../parts.js';
import { figure, table } from '../tables.js';
import { texts } from '../texts.js';

export async function show(context, { cohort: id }) {
  const t = texts.cohortCoaching;
  const { api } = context;
  const path = `/v1/cohorts/${id}`;
  const [{ body: cohort }, { body: figures }, { body: learners }] = await Promise.all([
    api.get(path),
    api.get(`${path}/coaching`),
    api.get(`${path}/dosage?limit=200`),
  ]);
  return cohortPage(
    cohort,
    'coaching',
    section(t.dosage,
      h('dl.tiles', {},
        ['onTrack', 'behind', 'met', 'missed'].map((state) =>
          h('div', { class: figures.dosage[state] ? state : null },
            h('dt', {}, texts.dosage.states[state]),
            h('dd', {}, `${figures.dosage[state]}`),
          ),
        ),
      ),
      learners.items.length > 0 &&
        table(t.learners,
          t.columns,
          learners.items.map(({ learner, dosage }) => [
            learner.name,
            [texts.dosage.contacts(dosage.contacts, dosage.need), ' ', badge(texts.dosage.states[dosage.state], dosage.state)],
            `${dosage.minutes ?? '–'}`,
            `${dosage.noShows ?? '–'}`,
            dosage.nextSession ? dayAndTime(dosage.nextSession) : '–',
          ]),
        ),
      h('p.actions', {}, download(api, `${path}/dosage`, `${cohort.name} coaching`)),
    ),
    section(t.coaches,
      figures.coaches.length === 0
        ? h('p.empty', {}, t.noCoaches)
        : table(t.coaches,
            t.coachColumns,
            figures.coaches.map(({ coach, caseload, sessions, turnaround, loopClosure, noShows }) => [
              coach.name,
              `${caseload}`,
              `${sessions}`,
              turnaround.p50 === null ? '–' : t.days(turnaround.p50, turnaround.p95),
              `${turnaround.waiting.length}`,
              figure({
                value: loopClosure.rate,
                n: loopClosure.due,
                ciLow: loopClosure.ciLow,
                ciHigh: loopClosure.ciHigh,
                reason: 'noneDue',
              }),
              `${noShows}`,
            ]),
          ),
    ),
    section(t.begin, begin(context, cohort, learners.items)),
  );
}

function begin({ api, again, tell }, { id, instructors, leads }, learners) {
  const t = texts.cohortCoaching;
  const people = (list) => Object.fromEntries(list.map((person) => [person.id, person.name]));
  if (learners.length === 0) return h('p.empty', {}, t.noLearners);
  return form(t.beginSubmit,
    async ({ coachId, coacheeId }, { key }) => {
      await api.post('/v1/coaching-relationships', { coachId, coacheeId, cohortId: id }, { 'Idempotency-Key': key });
      await again();
      tell(t.begun);
    },
    h('p.hint', {}, t.beginHint),
    h('div.pair', {},
      field(t.coach, select('coachId', people([...instructors, ...leads]), { required: true })),
      field(t.coachee, select('coacheeId', people(learners.map(({ learner }) => learner)), { required: true })),
    ),
  );
}
