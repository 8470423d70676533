// People whom somebody may find: whose invitation is open or has expired, and who is to be invited.
import { h } from '../dom.js';
import { field, form, select } from '../forms.js';
import { act, badge, named, pages, section } from '../parts.js';
import { texts } from '../texts.js';

export async function show(context) {
  const t = texts.people;
  const { api, hasRole, me, tell } = context;
  const place = h('div', { 'aria-live': 'polite' });
  const load = async ({ q = '', invitation = '', status = '' }) => {
    const query = new URLSearchParams(Object.entries({ q: q.trim(), invitation, status }).filter(([, value]) => value));
    place.replaceChildren(...(await pages(api, `/v1/people?${query}`, (one) => person(context, one), t.none)));
  };
  const find = form(t.find,
    load,
    h('div.pair', {},
      field(t.name, h('input', { type: 'search', name: 'q', minLength: 2, maxLength: 100 })),
      field(t.invitation, select('invitation', t.invitations)),
      field(t.status, select('status', t.statuses)),
    ),
  );
  for (const { options } of find.querySelectorAll('select')) options[0].textContent = t.any;
  const invite =
    hasRole('programAdmin') &&
    section(t.invite,
      form(t.inviteSubmit,
        async (values, { key, form: made }) => {
          await api.post('/v1/people', values, { 'Idempotency-Key': key });
          made.reset();
          tell(t.invited(values.name));
        },
        h('div.pair', {},
          field(t.email, h('input', { type: 'email', name: 'email', required: true })),
          field(t.fullName, h('input', { name: 'name', required: true, maxLength: 200 })),
          field(t.timeZone,
            select('timeZone', Object.fromEntries(Intl.supportedValuesOf('timeZone').map((zone) => [zone, zone])), {
              value: me.timeZone,
              required: true,
            }),
          ),
        ),
      ),
    );
  await load({});
  return h('div', {}, h('h1', {}, t.title), find, place, invite);
}

function person({ api, tell }, { id, name, email, status, invitation, isProgramAdmin, agencies }) {
  const t = texts.people;
  const again = act(
    t.inviteAgain,
    async () => {
      await api.post(`/v1/people/${id}/invitations`);
      tell(t.invited(name));
    },
    'quiet',
    name,
  );
  return h('div.card', {},
    named(name, invitation !== 'accepted' && badge(t.invitations[invitation], invitation),
      status !== 'active' && badge(t.statuses[status], status)),
    h('p.hint', {},
      [
        email,
        isProgramAdmin ? t.admin : null,
        ...agencies.map((agency) => [agency.name, agency.role && t.roles[agency.role]].filter(Boolean).join(': ')),
      ]
        .filter(Boolean)
        .join(' · '),
    ),
    invitation !== 'accepted' && status === 'active' && h('p.actions', {}, again),
  );
}
