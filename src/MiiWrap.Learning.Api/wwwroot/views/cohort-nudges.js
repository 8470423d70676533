// What became of the check-ins of a cohort.
import { cohortPage } from '../cohort.js';
import { h } from '../dom.js';
import { download } from '../downloads.js';
import { section } from '../parts.js';
import { figure, number, table } from '../tables.js';
import { texts } from '../texts.js';

export async function show({ api }, { cohort: id }) {
  const t = texts.nudges;
  const path = `/v1/cohorts/${id}/nudges/figures`;
  const [{ body: cohort }, { body: figures }] = await Promise.all([api.get(`/v1/cohorts/${id}`), api.get(path)]);
  const { states, steps, learners, reasons, channels, held, retrying } = figures;
  return cohortPage(
    cohort,
    'nudges',
    section(t.states,
      h('dl.tiles', {},
        Object.keys(t.stateNames).map((state) => h('div', {}, h('dt', {}, t.stateNames[state]), h('dd', {}, `${states[state]}`))),
      ),
    ),
    section(t.steps,
      table(t.steps,
        t.columns,
        steps.map((step) => [
          t.step(t.plans[step.plan], step.step),
          `${step.sent}`,
          figure({ value: step.rate, n: step.sent, ciLow: step.ciLow, ciHigh: step.ciHigh, reason: 'noneSent' }),
          t.answers(step),
          step.medianHoursToAnswer === null ? '–' : t.hours(number(step.medianHoursToAnswer)),
        ]),
      ),
    ),
    section(t.learners,
      h('dl.facts', {},
        Object.keys(t.reach).map((what) => [h('dt', {}, t.reach[what]), h('dd', {}, `${learners[what]}`)]),
      ),
    ),
    section(t.sending,
      h('dl.facts', {},
        h('dt', {}, t.byMail),
        h('dd', {}, `${channels.email}`),
        h('dt', {}, t.inApp),
        h('dd', {}, `${channels.inApp}`),
        h('dt', {}, t.held),
        h('dd', {}, `${held}`),
        h('dt', {}, t.retrying),
        h('dd', {}, `${retrying}`),
        reasons.map(({ status, reason, count }) => [
          h('dt', {}, t.because(t.stateNames[status], texts.reasons[reason] ?? reason)),
          h('dd', {}, `${count}`),
        ]),
      ),
    ),
    h('p.actions', {}, download(api, path, `${cohort.name} check-ins`)),
  );
}
