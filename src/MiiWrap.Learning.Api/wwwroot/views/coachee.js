// One person whom the caller coaches: how much coaching they had, their sessions, steps and results.
import { dosage, itemCard, listOf, sessionCard } from '../coaching.js';
import { h } from '../dom.js';
import { section } from '../parts.js';
import { texts } from '../texts.js';

export async function show({ api }, { relationship }) {
  const t = texts.coachee;
  const {
    body: { coachee, shares },
  } = await api.get(`/v1/coaching-relationships/${relationship}`);
  const [desk, sessions, items] = (
    await Promise.all([
      api.get('/v1/me/coaching'),
      api.get(`/v1/coaching-sessions?person=${coachee.id}&limit=100`),
      api.get(`/v1/action-items?owner=${coachee.id}&limit=100`),
    ])
  ).map(({ body }) => body);
  const one = desk.coachees.find(({ relationshipId }) => relationshipId === relationship);
  return h('div', {},
    h('h1', {}, coachee.name),
    one?.dosage && dosage(one.dosage),
    h('p.hint', {},
      t.shares(
        Object.keys(shares)
          .filter((what) => shares[what])
          .map((what) => texts.shares[what]),
      ),
    ),
    h('p.actions', {},
      h('a.button', { href: `#/coaching-sessions/log/${coachee.id}` }, texts.desk.log),
      h('a.button.secondary', { href: `#/coaching-sessions/plan/${coachee.id}` }, texts.desk.plan),
      one && h('a.button.secondary', { href: `#/action-items/new/${one.enrolmentId}/${coachee.id}` }, t.propose),
      h('a.button.secondary', { href: `#/fidelity/reviews/new/${coachee.id}` }, t.rate),
      h('a.button.secondary', { href: `#/people/${coachee.id}/fidelity` }, t.results),
    ),
    section(t.items, listOf(items.items.toReversed(), itemCard, t.noItems)),
    section(t.sessions, listOf(sessions.items.toReversed(), sessionCard, t.noSessions)),
  );
}
