// How somebody's practice was rated over the months, by one instrument.
import { h } from '../dom.js';
import { empty } from '../parts.js';
import { chart, month, number, table } from '../tables.js';
import { ways } from '../ways.js';
import { texts } from '../texts.js';

export async function show({ api }, { person, instrument }) {
  const t = texts.trend;
  const {
    body: { items },
  } = await api.get('/v1/fidelity/instruments');
  // The last by name stands first where nobody has chosen: the one of the programme's own work.
  const code = instrument ?? items.at(-1).code;
  const path = `/v1/people/${person}/fidelity?instrument=${code}`;
  const [{ body: trend }, picture] = await Promise.all([api.get(path), chart(api, path)]);
  return h('div', {},
    h('h1', {}, t.of(trend.subject.name)),
    ways(t.instruments,
      items.map(({ code: one, title }) => [title, `#/people/${person}/fidelity/${one}`, one === code]),
    ),
    trend.points.length === 0
      ? empty(t.nothing)
      : [
          h('p', {}, trend.summary),
          h('p.note', {}, trend.notice, '. ', trend.use),
          picture,
          table(t.table,
            [t.month, t.total, t.raters],
            trend.points.map((point) => [
              month(point.month),
              number(point.value),
              `${point.raters.join(', ')} (${texts.rating.roles[point.kind]})`,
            ]),
          ),
          trend.bands.map(({ band, from, provenance }) => h('p.hint', {}, t.band(band, number(from), provenance))),
        ],
  );
}
