// The agencies that somebody may see; who runs one alone comes to it at once.
import { h } from '../dom.js';
import { field, form } from '../forms.js';
import { card, pages, section } from '../parts.js';
import { texts } from '../texts.js';
import { show as showImplementation } from './implementation.js';

export async function show(context) {
  const t = texts.agencies;
  const { api, hasRole, me } = context;
  const led = me.roles.filter(({ role }) => ['supervisor', 'agencyAdmin'].includes(role)).map(({ agencyId }) => agencyId);
  if (!hasRole('programAdmin') && new Set(led).size === 1) return showImplementation(context, { agency: led[0] });
  return h('div', {},
    h('h1', {}, t.title),
    await pages(api, '/v1/agencies', ({ id, name }) => card(`#/agencies/${id}`, name), t.none),
    hasRole('programAdmin') &&
      section(t.new,
        form(t.create,
          async (values, { key }) => {
            const { body } = await api.post('/v1/agencies', values, { 'Idempotency-Key': key });
            await context.go(`#/agencies/${body.id}/people`);
          },
          field(t.name, h('input', { name: 'name', required: true, maxLength: 200 })),
        ),
      ),
  );
}
