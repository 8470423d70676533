// Learners come into a cohort by a pasted list or a file: first it is said what would become of each row, then it is done.
import { cohortPage } from '../cohort.js';
import { h } from '../dom.js';
import { field, form, kept, select } from '../forms.js';
import { badge, section } from '../parts.js';
import { table } from '../tables.js';
import { texts } from '../texts.js';

export async function show(context, { cohort: id }) {
  const t = texts.enrol;
  const { api, me, tell } = context;
  const path = `/v1/cohorts/${id}/enrolments`;
  const [{ body: cohort }, { body: agencies }] = await Promise.all([api.get(`/v1/cohorts/${id}`), api.get('/v1/agencies?limit=200')]);
  const results = h('section', { 'aria-live': 'polite' });

  const showRows = ({ rows, ignoredColumns }, title, ...below) => {
    const heading = h('h2', { tabIndex: -1 }, title);
    results.replaceChildren(
      heading,
      h('p', {},
        Object.entries(Object.groupBy(rows, ({ result }) => result))
          .map(([result, some]) => t.count(t.results[result], some.length))
          .join(' · '),
      ),
      ignoredColumns.length ? h('p.note', {}, t.ignored(ignoredColumns.join(', '))) : '',
      table(title,
        t.columns,
        rows.map(({ line, email, result, reason }) => [
          `${line}`,
          email ?? '–',
          badge(t.results[result], result),
          reason ? (t.reasons[reason] ?? reason) : '',
        ]),
      ),
      ...below,
    );
    heading.focus();
  };

  /** A thousand rows take a while. */
  const atWork = async (sent) => {
    const working = h('p', { role: 'status' }, h('progress', { 'aria-label': t.working }), ' ', t.working);
    results.append(working);
    try {
      return (await sent).body;
    } finally {
      working.remove();
    }
  };

  /** Says first what would become of each row; the same is sent in earnest when its reader has seen that. */
  const check = async (body, headers, made) => {
    const options = { body, headers };
    const planned = await atWork(api.send('POST', `${path}?dryRun=true`, options));
    showRows(
      planned,
      t.planned,
      planned.rows.some(({ result }) => result !== 'invalid')
        ? form(t.submit, async (_, { key }) => {
            const done = await atWork(api.send('POST', path, { ...options, headers: { ...headers, 'Idempotency-Key': key } }));
            made.reset();
            showRows(done, t.done, h('p.actions', {}, h('a.button', { href: `#/cohorts/${id}` }, t.toCohort)));
            tell(t.told);
          })
        : h('p.note', {}, t.nothingToDo),
    );
  };

  const words = kept(
    h('textarea', { name: 'rows', rows: 6, required: true, placeholder: 'ana@example.org, Ana Reyes' }),
    `${me.id}:enrol:${id}`,
  );
  const paste = form(t.check,
    ({ rows, agencyId }, { form: made }) => check({ learners: learnersOf(rows, cohort.timeZone, agencyId || null) }, {}, made),
    field(t.rows, words, { hint: t.rowsHint(cohort.timeZone) }),
    agencies.items.length > 0 &&
      field(t.agency, select('agencyId', Object.fromEntries(agencies.items.map(({ id: one, name }) => [one, name])))),
  );
  const file = form(t.check,
    async (_, { form: made }) => {
      await check(await made.elements.file.files[0].text(), { 'Content-Type': 'text/csv' }, made);
    },
    field(t.file, h('input', { type: 'file', name: 'file', accept: '.csv,text/csv', required: true }), { hint: t.fileHint }),
  );
  return cohortPage(
    cohort,
    'enrol',
    cohort.closedAt ? h('p.note', {}, t.closed) : h('div.pair', {}, section(t.paste, paste), section(t.upload, file)),
    results,
  );
}

/** Address, name and, if it is another, zone, as a list or a spreadsheet has them; or “Ana Reyes <ana@example.org>”. */
function learnersOf(text, timeZone, agencyId) {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const mailbox = /^(.+?)\s*<([^<>]+)>$/.exec(line);
      const [email, name, zone] = mailbox
        ? [mailbox[2], mailbox[1]]
        : line.split(/[\t;,]/).map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
      return { email, name: name ?? '', timeZone: zone || timeZone, agencyId };
    });
}
