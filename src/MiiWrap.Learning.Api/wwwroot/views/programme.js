// What became of coaching in the whole programme, for whoever leads it; then each agency, by name.
import { h } from '../dom.js';
import { download } from '../downloads.js';
import { section } from '../parts.js';
import { change, dated, figure, indicatorFigure, table } from '../tables.js';
import { texts } from '../texts.js';
import { blocks } from './implementation.js';

export async function show({ api }) {
  const t = texts.implementation;
  const path = '/v1/implementation';
  const { body: view } = await api.get(path);
  return h('div.wide', {},
    h('h1', {}, t.programme),
    h('p.hint', {}, t.asOf(dated(view.asOf.slice(0, 10)))),
    h('p.actions', {}, h('button', { type: 'button', onclick: () => print() }, t.print), download(api, path, t.programme)),
    h('p.note', {}, h('strong', {}, view.cannotSay)),
    view.indicators.length > 0 &&
      section(t.moved,
        table(t.moved,
          t.programmeColumns,
          view.indicators.map((one) => [
            [one.definition.title, ' ', one.definition.better && h('span.hint', {}, t.better[one.definition.better])],
            `${one.agencies}`,
            indicatorFigure(one.before, one.definition),
            indicatorFigure(one.after, one.definition),
            change(one.change, one.definition),
          ]),
        ),
        h('p.hint', {}, `${texts.figures.intervals} ${view.independence}`),
      ),
    blocks(view),
    section(t.agencies,
      h('p.hint', {}, t.byName),
      table(t.agencies,
        t.agencyColumns,
        view.agencies.map(({ id, name, transfer, dosage }) => [
          h('a', { href: `#/agencies/${id}` }, name),
          figure(transfer.rate),
          figure(transfer.verified),
          figure(dosage.met),
          figure(dosage.loopClosure),
        ]),
      ),
    ),
  );
}
