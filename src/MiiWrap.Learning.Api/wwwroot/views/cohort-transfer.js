// What learners of a cohort apply of what they learned, unit by unit.
import { cohortPage } from '../cohort.js';
import { h } from '../dom.js';
import { download } from '../downloads.js';
import { section } from '../parts.js';
import { chart, figure, share, table } from '../tables.js';
import { texts } from '../texts.js';

const asFigure = ({ rate, denominator, ciLow, ciHigh, reason }) => figure({ value: rate, n: denominator, ciLow, ciHigh, reason });
const asShare = (value) => (value === null || value === undefined ? '–' : share(value));

export async function show({ api }, { cohort: id }) {
  const t = texts.transfer;
  const path = `/v1/cohorts/${id}/transfer`;
  const [{ body: cohort }, { body: report }, picture] = await Promise.all([api.get(`/v1/cohorts/${id}`), api.get(path), chart(api, path)]);
  const { pooled, units } = report;
  const matured = units.filter(({ reason }) => reason !== 'noMaturedOpportunities');
  return cohortPage(
    cohort,
    'transfer',
    h('p', {}, `${t.what} ${texts.figures.intervals}`),
    section(t.all,
      h('dl.facts', {},
        h('dt', {}, t.rate),
        h('dd', {}, asFigure(pooled)),
        h('dt', {}, t.verified),
        h('dd', {}, asFigure(pooled.verified)),
        h('dt', {}, t.coverage),
        h('dd', {}, asShare(pooled.coverage)),
      ),
    ),
    section(t.chart, picture),
    section(t.units,
      matured.length > 0 &&
        table(t.units,
          t.columns,
          matured.map((unit) => [unit.title, asFigure(unit), asShare(unit.coverage), asFigure(unit.verified)]),
        ),
      matured.length < units.length && h('p.hint', {}, t.notYet(units.length - matured.length)),
      h('p.actions', {}, download(api, path, `${cohort.name} transfer`)),
    ),
  );
}
