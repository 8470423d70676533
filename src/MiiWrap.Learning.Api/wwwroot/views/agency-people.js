// Who supervises or administers an agency, and who learns there.
import { h } from '../dom.js';
import { choices, form } from '../forms.js';
import { pick } from '../pick.js';
import { act, badge, named, pages, section } from '../parts.js';
import { texts } from '../texts.js';

export async function show({ api, again, tell, hasRole }, { agency: id }) {
  const t = texts.agencies;
  const { body: agency } = await api.get(`/v1/agencies/${id}`);
  const isAdmin = hasRole('programAdmin');
  const person = ({ id: personId, name, invitation, agencies }) => {
    const role = agencies.find((one) => one.id === id)?.role;
    const end =
      role &&
      isAdmin &&
      act(
        t.end,
        async () => {
          await api.delete(`/v1/agencies/${id}/people/${personId}`);
          await again();
          tell(t.ended(name));
        },
        'quiet',
        name,
      );
    return h('div.card', {},
      named(name, role && badge(texts.people.roles[role], role),
        invitation !== 'accepted' && badge(texts.people.invitations[invitation], invitation)),
      end && h('p.actions', {}, end),
    );
  };
  return h('div', {},
    h('h1', {}, t.peopleOf(agency.name)),
    h('p', {}, h('a', { href: `#/agencies/${id}` }, t.toFigures)),
    await pages(api, `/v1/agencies/${id}/people`, person, t.nobody),
    isAdmin &&
      section(t.give,
        form(t.giveSubmit,
          async ({ people = [], role }) => {
            for (const personId of people) await api.put(`/v1/agencies/${id}/people/${personId}`, { role });
            await again();
            tell(t.given);
          },
          pick(api, t.who, 'people'),
          choices(t.role, 'role', texts.people.roles),
        ),
      ),
  );
}
