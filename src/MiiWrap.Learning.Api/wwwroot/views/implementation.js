// What became of coaching in an agency: its own counts before and after coaching began, beside transfer, coaching and fidelity.
import { h } from '../dom.js';
import { download } from '../downloads.js';
import { empty, section } from '../parts.js';
import { change, chart, dated, figure, indicatorFigure, month, number, quarter, table } from '../tables.js';
import { texts } from '../texts.js';

export async function show({ api, me, hasRole }, { agency }) {
  const t = texts.implementation;
  const path = `/v1/agencies/${agency}/implementation`;
  const [{ body: view }, picture] = await Promise.all([api.get(path), chart(api, path)]);
  const { coachingStart } = view;
  const mayList = hasRole('programAdmin') || me.roles.some(({ role, agencyId }) => role === 'agencyAdmin' && agencyId === agency);
  return h('div.wide', {},
    h('h1', {}, t.of(view.agency)),
    h('p.hint', {}, t.asOf(dated(view.asOf.slice(0, 10)))),
    h('p.actions', {},
      h('button', { type: 'button', onclick: () => print() }, t.print),
      download(api, path, view.agency),
      mayList && h('a.button.secondary', { href: `#/agencies/${agency}/people` }, t.people),
    ),
    h('p', {}, coachingStart.month ? (coachingStart.isSet ? t.startSet : t.startHeld)(month(coachingStart.month)) : t.notStarted),
    h('p.note', {}, h('strong', {}, view.cannotSay)),
    section(t.moved,
      table(t.moved,
        t.columns,
        view.indicators.map((one) => [
          [one.definition.title, ' ', one.definition.better && h('span.hint', {}, t.better[one.definition.better])],
          indicatorFigure(one.before, one.definition),
          indicatorFigure(one.after, one.definition),
          change(one.change, one.definition),
          signal(one.runChart),
        ]),
      ),
      h('p.hint', {}, `${texts.figures.intervals} ${view.independence}`),
    ),
    section(t.months, picture),
    blocks(view),
  );
}

const signal = ({ signal: isSignal, run, longestRun, reason }) => {
  const t = texts.implementation;
  if (isSignal === null) return texts.reasons[reason] ?? reason;
  return isSignal ? t.signal(longestRun, run && `${month(run.from)} – ${month(run.until)}`, run?.above) : t.noSignal;
};

/** What is told of learners, coaching and fidelity: of an agency as of the whole programme. */
export function blocks({ transfer, dosage, fidelity, coaches, barriers }) {
  const t = texts.implementation;
  const list = (...pairs) =>
    h('dl.facts', {},
      pairs.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
    );
  return [
    h('div.columns', {},
      section(t.transfer,
        list([t.rate, figure(transfer.rate)], [t.verified, figure(transfer.verified)], [t.coverage, figure(transfer.coverage)]),
      ),
      section(t.dosage,
        list(
          [t.met, figure(dosage.met)],
          [t.minutes, figure(dosage.minutes, number)],
          [t.noShows, figure(dosage.noShows, number)],
          [t.loopClosure, figure(dosage.loopClosure)],
        ),
      ),
      section(t.coaches,
        list(
          [t.certified, figure(coaches.certified, number)],
          [t.expiring, figure(coaches.expiring, number)],
          [t.need, figure(coaches.need, number)],
        ),
      ),
      section(t.barriers,
        barriers.items.length === 0
          ? empty(texts.reasons[barriers.reason] ?? t.noBarriers)
          : list(...barriers.items.map(({ barrier, learners }) => [texts.checkIn.barriers[barrier], t.learners(learners)])),
        h('p.hint', {}, `${month(barriers.from)} – ${month(barriers.until)}`),
      ),
    ),
    fidelity.map((one) =>
      section(one.title,
        one.quarters.every(({ median }) => median.value === null)
          ? empty(texts.reasons[one.quarters.at(-1)?.median.reason] ?? t.notRated)
          : table(one.title,
              t.fidelityColumns,
              one.quarters
                .toReversed()
                .map((each) => [
                  quarter(each),
                  figure(each.median, number),
                  figure(each.atLine),
                  figure(each.falling, number),
                  figure(each.rising, number),
                ]),
            ),
        h('p.hint', {},
          t.agreement,
          ' ',
          figure(one.agreement, (value) => value.toFixed(2)),
        ),
      ),
    ),
  ];
}
