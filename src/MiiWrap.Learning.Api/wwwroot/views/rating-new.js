// Somebody begins to rate what they saw, or their own work, by any instrument.
import { h } from '../dom.js';
import { choices, field, form, select, tick } from '../forms.js';
import { months } from '../tables.js';
import { texts } from '../texts.js';

export async function show({ api, me, go, hasRole }, { subject }) {
  const t = texts.rating;
  const {
    body: { items: instruments },
  } = await api.get('/v1/fidelity/instruments');
  const isOwn = subject === me.id;
  const { self, ...others } = t.roles;
  const role = hasRole('coach', 'instructor') ? 'coach' : hasRole('lead') ? 'lead' : 'external';
  return h('div', {},
    h('h1', {}, isOwn ? t.own : t.new),
    form(t.begin,
      async (values, { key }) => {
        const { body } = await api.post(
          '/v1/fidelity/reviews',
          {
            instrument: values.instrument,
            subjectId: subject,
            raterRole: values.raterRole ?? 'self',
            eventKind: values.eventKind,
            eventMonth: values.eventMonth,
            consentConfirmed: values.consentConfirmed,
            ...(values.segmentMinutes && { segmentMinutes: Number(values.segmentMinutes) }),
          },
          { 'Idempotency-Key': key },
        );
        await go(`#/fidelity/reviews/${body.id}`);
      },
      choices(t.instrument, 'instrument', Object.fromEntries(instruments.map(({ code, title }) => [code, title])), {
        value: instruments.at(-1)?.code,
      }),
      !isOwn && field(t.role, select('raterRole', others, { value: role, required: true })),
      h('div.pair', {},
        field(t.kind, select('eventKind', texts.sessions.observations, { value: 'live', required: true })),
        field(t.month, select('eventMonth', months(24), { value: Object.keys(months(0))[0], required: true }), {
          hint: texts.sessions.monthHint,
        }),
        field(t.minutes, h('input', { type: 'number', name: 'segmentMinutes', min: 1, max: 600 })),
      ),
      tick(t.consent, 'consentConfirmed'),
    ),
  );
}
