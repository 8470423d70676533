// A session that has taken place, logged on one page: who, when, what was done, and what was said of it.
import { local, momentOf } from '../coaching.js';
import { h } from '../dom.js';
import { checks, field, form } from '../forms.js';
import { feedbackField, minutesField, modeField, noteField, recordFields, recordOf, saveNotes } from '../record.js';
import { texts } from '../texts.js';

const quarter = 15 * 60_000;

export async function show({ api, me, go }, { person }) {
  const t = texts.sessions;
  const { body: desk } = await api.get('/v1/me/coaching');
  const people = desk.coachees.map(({ personId, name }) => ({ id: personId, name }));
  if (people.length === 0) return h('div', {}, h('h1', {}, t.log), h('p.empty', {}, texts.desk.nobody));
  // Whoever is not chosen any more keeps what was written of them, and is not sent.
  const keep = `${me.id}:log`;
  const parts = people.map((one) =>
    h('fieldset.panel', {}, h('legend', {}, one.name), recordFields(one, {}, desk.feedbackOwed), feedbackField(one, keep)),
  );
  const made = form(t.logSubmit,
    async (values, { key, privacyConfirmed }) => {
      const record = recordOf(values, values.who);
      const body = { startsAt: momentOf(values.startsAt, me.timeZone), record };
      // The same session, however often its words are sent again.
      if (logged?.of !== JSON.stringify(body))
        logged = { of: JSON.stringify(body), ...(await api.post('/v1/coaching-sessions', body, { 'Idempotency-Key': key })).body };
      if (values.note || values.who.some((id) => values[`feedback:${id}`]))
        await saveNotes(api, logged, values, values.who, privacyConfirmed);
      await go(`#/coaching-sessions/${logged.id}`);
    },
    checks(t.who, 'who', Object.fromEntries(people.map(({ id, name }) => [id, name])), [person]),
    h('div.pair', {},
      field(t.startsAt,
        h('input', {
          type: 'datetime-local',
          name: 'startsAt',
          value: local(new Date(Math.floor((Date.now() - 3 * quarter) / quarter) * quarter), me.timeZone),
          max: local(new Date(), me.timeZone),
          required: true,
        }),
      ),
      minutesField(),
      modeField(),
    ),
    ...parts,
    noteField(keep),
  );
  let logged = null;
  const choose = () => {
    const chosen = [...made.querySelectorAll('[name=who]:checked')].map(({ value }) => value);
    for (const [at, part] of parts.entries()) part.hidden = part.disabled = !chosen.includes(people[at].id);
    const { mode } = made.elements;
    if (chosen.length > 1) mode.value = 'group';
    else if (mode.value === 'group') mode.value = 'live';
  };
  made.querySelector('fieldset').addEventListener('change', choose);
  choose();
  return h('div', {}, h('h1', {}, t.log), h('p.hint', {}, t.logHint), made);
}
