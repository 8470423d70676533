// One's own side of coaching: who coaches and what they may see, sessions, steps and results.
import { itemCard, listOf, renew, sessionCard } from '../coaching.js';
import { h } from '../dom.js';
import { field, form, kept, tick } from '../forms.js';
import { badge, card, section } from '../parts.js';
import { month, number } from '../tables.js';
import { texts } from '../texts.js';

export async function show(context) {
  const t = texts.myCoaching;
  const { api, me } = context;
  const [relationships, sessions, items, reviews] = (
    await Promise.all([
      api.get('/v1/coaching-relationships?as=coachee'),
      api.get(`/v1/coaching-sessions?person=${me.id}&limit=100`),
      api.get(`/v1/action-items?owner=${me.id}&limit=100`),
      api.get(`/v1/fidelity/reviews?subject=${me.id}&limit=100`),
    ])
  ).map(({ body }) => body.items);
  const enrolment = me.enrolments.find(({ status }) => status === 'active');
  return h('div', {},
    h('h1', {}, t.title),
    section(t.coach,
      listOf(
        relationships.filter(({ state }) => state !== 'ended'),
        (one) => relationship(context, one),
        t.nobody,
      ),
    ),
    section(t.sessions, listOf(sessions.toReversed(), sessionCard, t.noSessions)),
    section(t.items,
      listOf(items.toReversed(), itemCard, t.noItems),
      enrolment && h('p.actions', {}, h('a.button.secondary', { href: `#/action-items/new/${enrolment.id}/${me.id}` }, texts.items.newOwn)),
    ),
    section(t.results,
      listOf(reviews.filter(({ status }) => status !== 'void').toReversed(), reviewCard, t.noResults),
      h('p.actions', {},
        h('a.button.secondary', { href: `#/fidelity/reviews/new/${me.id}` }, texts.rating.own),
        h('a.button.secondary', { href: `#/people/${me.id}/fidelity` }, texts.rating.trend),
      ),
    ),
  );
}

function relationship(context, { id, coach, state, shares, etag }) {
  const t = texts.myCoaching;
  const { api, me } = context;
  const path = `/v1/coaching-relationships/${id}`;
  if (state === 'proposed') {
    return h('div.panel', {},
      h('h3', {}, coach.name),
      h('p', {}, t.consent(coach.name)),
      form(t.agree, async (_, { key, form: made }) => {
        await api.post(`${path}/agree`, undefined, { 'Idempotency-Key': key });
        await renew(context, made, t.agreed);
      }),
    );
  }
  const share = form(t.saveShares,
    async (values, { form: made }) => {
      await api.patch(path, { shares: values }, { 'If-Match': etag });
      await renew(context, made, t.sharesSaved);
    },
    h('p.hint', {}, t.sharesHint(coach.name)),
    Object.keys(shares).map((what) => tick(texts.shares[what], what, shares[what])),
  );
  const end = form(t.endSubmit,
    async ({ reason }, { key, privacyConfirmed, form: made }) => {
      await api.post(`${path}/end`, { reason, privacyConfirmed }, { 'Idempotency-Key': key });
      await renew(context, made, t.ended);
    },
    field(t.reason, kept(h('input', { name: 'reason', required: true, minLength: 10, maxLength: 400 }), `${me.id}:end:${id}`), {
      hint: t.reasonHint,
    }),
  );
  return h('div.panel', {}, h('h3', {}, coach.name), share, h('details', {}, h('summary', {}, t.end), end));
}

function reviewCard({ id, instrument, eventMonth, rater, raterRole, status, scores }) {
  const total = scores.find(({ code }) => code === 'total')?.value;
  return h(
    'div.with-badge',
    {},
    card(
      `#/fidelity/reviews/${id}`,
      `${instrument}, ${month(eventMonth)}`,
      [texts.rating.by(rater.name, texts.rating.roles[raterRole]), ...(total ? [texts.myCoaching.total(number(total))] : [])].join(' · '),
    ),
    badge(texts.rating.states[status], status),
  );
}
