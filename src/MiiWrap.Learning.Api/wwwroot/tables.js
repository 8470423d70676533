// Figures: tables that scroll by themselves, charts as the API draws them, months, shares and intervals.
import { h } from './dom.js';
import { language, texts } from './texts.js';

/** Wider than a phone it scrolls by itself, by keyboard too. The first cell of a row names it. */
export const table = (caption, columns, rows) =>
  h('div.figures', { tabIndex: 0, role: 'group', 'aria-label': caption },
    h('table', {},
      h('caption', {}, caption),
      h('thead', {},
        h('tr', {},
          columns.map((words) => h('th', { scope: 'col' }, words)),
        ),
      ),
      h('tbody', {},
        rows.map(([first, ...cells]) =>
          h('tr', {},
            h('th', { scope: 'row' }, first),
            cells.map((cell) => h('td', {}, cell)),
          ),
        ),
      ),
    ),
  );

/**
 * A chart as the API draws it, with its own title and description for those who do not see it. Its style sheet is made anew and stays in a
 * shadow root: this page's policy takes no style from within a document.
 */
export async function chart(api, path) {
  const { blob } = await api.send('GET', path, { headers: { Accept: 'image/svg+xml' } });
  let style = '';
  // Even to parse it would be refused.
  const bare = (await blob.text()).replace(/<style>([^]*?)<\/style>/, (_, rules) => {
    // On paper it is always light.
    style = rules.replace('(prefers-color-scheme: dark)', 'screen and (prefers-color-scheme: dark)');
    return '';
  });
  const drawn = new DOMParser().parseFromString(bare, 'image/svg+xml').documentElement;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:host { display: block; } ${style}`);
  const host = h('div.chart', {});
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [sheet];
  root.append(document.importNode(drawn, true));
  return host;
}

const numbers = (options) => (value) => new Intl.NumberFormat(language, options).format(value);
export const number = numbers({ maximumFractionDigits: 1 });
export const share = numbers({ style: 'percent', maximumFractionDigits: 0 });

/** A month such as 2027-03. */
export const month = (iso) =>
  new Intl.DateTimeFormat(language, { timeZone: 'UTC', month: 'short', year: 'numeric' }).format(new Date(`${iso}-01T00:00:00Z`));

/** A day with its year, since cohorts last long. */
export const dated = (iso) =>
  new Intl.DateTimeFormat(language, { timeZone: 'UTC', dateStyle: 'long' }).format(new Date(`${iso}T00:00:00Z`));

/** This month and so many before it, as a select takes them. */
export function months(back) {
  const now = new Date();
  const isos = Array.from({ length: back + 1 }, (_, at) =>
    new Date(Date.UTC(now.getFullYear(), now.getMonth() - at, 1)).toISOString().slice(0, 7),
  );
  return Object.fromEntries(isos.map((iso) => [iso, month(iso)]));
}

/** A figure with how many it is of and how sure it is, or why there is none. */
export function figure({ value, n, ciLow, ciHigh, reason }, write = share) {
  if (value === null) return h('span.quiet', {}, texts.reasons[reason] ?? reason ?? '–');
  const interval = ciLow === null || ciLow === undefined ? '' : texts.figures.interval(write(ciLow), write(ciHigh));
  return h('span', {},
    h('strong', {}, write(value)),
    ' ',
    h('span.quiet', {}, [n === null ? '' : texts.figures.of(number(n)), interval].filter(Boolean).join(', ')),
  );
}

export const quarter = ({ from, until }) => `${month(from)} – ${month(until)}`;

/** How an indicator is written: a share, a rate for twelve months, a mean or a count. */
const writeIndicator = ({ kind }) =>
  kind === 'proportion' || kind === 'rate' ? numbers({ style: 'percent', maximumFractionDigits: 1 }) : number;

export const indicatorFigure = (of, definition) => figure({ ...of, ciLow: null }, writeIndicator(definition));

/** How far the months after lie from those before, with the interval. */
export function change({ kind, value, ciLow, ciHigh, reason }, definition) {
  if (value === null) return h('span.quiet', {}, texts.reasons[reason] ?? reason);
  const points = numbers({ signDisplay: 'exceptZero', maximumFractionDigits: 1 });
  const write =
    kind === 'ratio'
      ? numbers({ maximumFractionDigits: 2 })
      : definition.kind === 'proportion'
        ? (share) => texts.figures.points(points(share * 100))
        : points;
  return h('span', {},
    h('strong', {}, kind === 'ratio' ? texts.figures.ratio(write(value)) : write(value)),
    ciLow === null ? null : [' ', h('span.quiet', {}, texts.figures.interval(write(ciLow), write(ciHigh)))],
  );
}
