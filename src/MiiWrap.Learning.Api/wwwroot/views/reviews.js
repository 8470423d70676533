// The queue: who waits to be read, and for how long.
import { h } from '../dom.js';
import { badge, pages } from '../parts.js';
import { texts } from '../texts.js';

export async function show({ api, me }, { status = 'awaiting' }) {
  const t = texts.reviews;
  const kinds = { late: 'late', overdue: 'wrong' };
  const entry = (one) => h('a.card', { href: `#/reviews/${one.revisionId}` },
    h('span.title', {}, one.learner.name),
    h('span.detail', {}, `${unitName(one.unit)} · ${t.revision(one.version)}`),
    h('span.detail', {}, status === 'accepted' ? '' : `${t.age(one.ageDays)} `,
      one.status === 'awaiting' && one.wait !== 'onTime' && badge(t.wait[one.wait], kinds[one.wait]),
      one.claimedBy && badge(one.claimedBy.id === me.id ? t.byYou : t.by(one.claimedBy.name)),
      one.conversationOpen && badge(t.talk, 'late')));
  const states = Object.entries(t.states).map(([state, words]) => h('li', {},
    h('a', { href: `#/reviews/in/${state}`, 'aria-current': state === status ? 'page' : null }, words)));
  return h('div', {},
    h('h1', {}, t.title),
    h('ul.tabs', { 'aria-label': t.filter }, states),
    await pages(api, `/v1/reviews?status=${status}&limit=25`, entry, t.none));
}

// The queue names units by their slugs, which are made of their titles: 1.3-guide-dont-fix.
const unitName = (slug) => slug.replaceAll('-', ' ').replace(/^([\d.]+ )(.)/, (_, number, first) => number + first.toUpperCase());
