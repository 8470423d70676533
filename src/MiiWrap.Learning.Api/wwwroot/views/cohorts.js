// The cohorts that somebody leads, or all of them for who administers the programme.
import { h } from '../dom.js';
import { badge, card, pages } from '../parts.js';
import { dated } from '../tables.js';
import { texts } from '../texts.js';

export async function show({ api, hasRole }) {
  const t = texts.cohorts;
  return h('div', {},
    h('h1', {}, t.title),
    hasRole('programAdmin') && h('p.actions', {}, h('a.button', { href: '#/cohorts/new' }, t.new)),
    await pages(
      api,
      '/v1/cohorts',
      ({ id, name, startsOn, closedAt, gate }) =>
        h(
          'div.with-badge',
          {},
          card(`#/cohorts/${id}`, name, `${t.begins(dated(startsOn))} · ${t.gates[gate]}`),
          closedAt && badge(t.closed, 'closed'),
        ),
      t.none,
    ),
  );
}
