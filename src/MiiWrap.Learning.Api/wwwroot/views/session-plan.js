// A session that is to come, or several of them.
import { local, momentOf } from '../coaching.js';
import { h } from '../dom.js';
import { checks, field, form } from '../forms.js';
import { minutesField, modeField } from '../record.js';
import { texts } from '../texts.js';

export async function show({ api, me, go }, { person }) {
  const t = texts.sessions;
  const { body: desk } = await api.get('/v1/me/coaching');
  return h('div', {},
    h('h1', {}, t.plan),
    h('p.hint', {}, t.planHint),
    form(t.planSubmit,
      async ({ who, startsAt, minutes, mode, count, everyWeeks }, { key }) => {
        const { body } = await api.post(
          '/v1/coaching-sessions',
          {
            mode: who.length > 1 ? 'group' : mode,
            startsAt: momentOf(startsAt, me.timeZone),
            minutes: Number(minutes),
            participants: who.map((personId) => ({ personId })),
            ...(count > 1 && { repeat: { everyWeeks: Number(everyWeeks), count: Number(count) } }),
          },
          { 'Idempotency-Key': key },
        );
        await go(`#/coaching-sessions/${body.id}`);
      },
      checks(t.invited, 'who', Object.fromEntries(desk.coachees.map(({ personId, name }) => [personId, name])), [person]),
      h('div.pair', {},
        field(t.planAt, h('input', { type: 'datetime-local', name: 'startsAt', min: local(new Date(), me.timeZone), required: true })),
        minutesField(),
        modeField(),
      ),
      h('div.pair', {},
        field(t.count, h('input', { type: 'number', name: 'count', min: 1, max: 24, value: 1, required: true })),
        field(t.everyWeeks, h('input', { type: 'number', name: 'everyWeeks', min: 1, max: 12, value: 2, required: true })),
      ),
    ),
  );
}
