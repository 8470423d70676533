// A programme admin opens a cohort.
import { today } from '../coaching.js';
import { h } from '../dom.js';
import { choices, field, form, select, tick } from '../forms.js';
import { pick } from '../pick.js';
import { texts } from '../texts.js';

export async function show({ api, me, go }) {
  const t = texts.cohorts;
  const {
    body: { items: curricula },
  } = await api.get('/v1/curricula');
  return h('div', {},
    h('h1', {}, t.new),
    form(t.create,
      async ({ instructors = [], leads = [], ...values }, { key }) => {
        const { body } = await api.post('/v1/cohorts', { ...values, instructors, leads }, { 'Idempotency-Key': key });
        await go(`#/cohorts/${body.id}/enrol`);
      },
      field(t.name, h('input', { name: 'name', required: true, maxLength: 200 })),
      choices(t.curriculum, 'curriculum', Object.fromEntries(curricula.map(({ slug, title }) => [slug, title])), {
        value: curricula[0]?.slug,
      }),
      h('div.pair', {},
        field(t.startsOn, h('input', { type: 'date', name: 'startsOn', value: today(me.timeZone, 7), required: true }), {
          hint: t.startsOnHint,
        }),
        field(t.timeZone,
          select('timeZone', Object.fromEntries(Intl.supportedValuesOf('timeZone').map((zone) => [zone, zone])), {
            value: me.timeZone,
            required: true,
          }),
        ),
      ),
      choices(t.gate, 'gate', t.gates, { value: 'paced' }),
      tick(t.coachingPart, 'coaching', true),
      pick(api, t.leads, 'leads'),
      pick(api, t.instructors, 'instructors'),
    ),
  );
}
