// How each learner of a cohort gets on, with those first who would be helped by a word.
import { cohortPage } from '../cohort.js';
import { h } from '../dom.js';
import { download } from '../downloads.js';
import { field } from '../forms.js';
import { ago } from '../format.js';
import { badge, section } from '../parts.js';
import { table } from '../tables.js';
import { texts } from '../texts.js';

const states = ['atRisk', 'behind', 'onTrack', 'completed', 'withdrawn'];

export async function show({ api }, { cohort: id }) {
  const t = texts.progress;
  const path = `/v1/cohorts/${id}/progress`;
  const [{ body: cohort }, { body: first }] = await Promise.all([api.get(`/v1/cohorts/${id}`), api.get(`${path}?limit=100`)]);
  const { summary } = first;
  const place = h('div', { 'aria-live': 'polite' });
  const more = h('button.secondary', { type: 'button', hidden: true }, texts.shell.more);
  let [next, rows, turn] = [null, [], 0];
  const take = (body, isMore) => {
    rows = isMore ? [...rows, ...body.items] : body.items;
    next = body.next;
    more.hidden = !next;
    place.replaceChildren(
      rows.length
        ? table(t.table,
            t.columns,
            rows.map((one) => row(id, one)),
          )
        : h('p.empty', {}, t.none),
    );
  };
  const load = async (isMore) => {
    const query = new URLSearchParams({ limit: 100, ...(filter.value && { status: filter.value }), ...(isMore && { cursor: next }) });
    const mine = ++turn;
    try {
      const { body } = await api.get(`${path}?${query}`);
      // Whoever has chosen again meanwhile waits for that.
      if (mine === turn) take(body, isMore);
    } catch (error) {
      place.replaceChildren(h('p.problem', { role: 'alert' }, error.message));
    }
  };
  const filter = h('select', { onchange: () => load(false) },
    h('option', { value: '' }, t.all),
    states.map((state) => h('option', { value: state }, t.states[state])),
  );
  more.addEventListener('click', () => load(true));
  take(first, false);
  return cohortPage(
    cohort,
    'progress',
    section(t.now,
      h('dl.tiles', {},
        ['active', 'onTrack', 'behind', 'atRisk', 'awaitingReview', 'completed'].map((what) =>
          h('div', { class: summary[what] ? what : null }, h('dt', {}, t.summary[what]), h('dd', {}, `${summary[what]}`)),
        ),
        h('div', {}, h('dt', {}, t.units), h('dd', {}, `${summary.completionPercent} %`)),
      ),
    ),
    section(t.learners, field(t.filter, filter), place, h('p.actions', {}, more, download(api, path, cohort.name))),
  );
}

const row = (
  cohort,
  { enrolmentId, learner, unitsCompleted, unitsTotal, reflectionsAccepted, reflectionsTotal, lastActivityAt, status, statusReason },
) => [
  h('a', { href: `#/cohorts/${cohort}/learners/${enrolmentId}` }, learner.name),
  [badge(texts.progress.states[status], status), ' ', h('span.hint', {}, statusReason)],
  texts.progress.ofAll(unitsCompleted, unitsTotal),
  texts.progress.ofAll(reflectionsAccepted, reflectionsTotal),
  lastActivityAt ? ago(lastActivityAt) : texts.progress.never,
];
