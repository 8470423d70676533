// What was done in a coaching session, and what is written about it: the same fields for one that was planned and one that is logged.
import { h } from './dom.js';
import { choices, field, kept, select, tick } from './forms.js';
import { months } from './tables.js';
import { texts } from './texts.js';

export const minutesField = (value = 45) =>
  field(texts.sessions.minutesLabel, h('input', { type: 'number', name: 'minutes', min: 5, max: 240, value, required: true }));

export const modeField = (value = 'live') => field(texts.sessions.mode, select('mode', texts.sessions.modes, { value, required: true }));

/**
 * What was done with one person.
 *
 * @param {object[]} owed observations that were not talked over yet
 */
export function recordFields({ id, name }, saved = {}, owed = []) {
  const t = texts.sessions;
  const earlier = Object.fromEntries(
    owed.filter(({ learner }) => learner.id === id).map(({ sessionId, days }) => [sessionId, t.earlier(days)]),
  );
  const kind = select(`observation:${id}`, t.observations, { value: saved.observation?.kind });
  const seen = field(t.month,
    select(`month:${id}`, months(24), { value: saved.observation?.month ?? Object.keys(months(0))[0], required: true }),
    { hint: t.monthHint },
  );
  const done = h('div.done', {},
    h('div.pair', {}, field(t.observation, kind), seen),
    tick(t.feedbackGiven, `told:${id}`, saved.feedback ?? false),
    tick(t.practised, `practice:${id}`, saved.practice ?? false),
    Object.keys(earlier).length > 0 && field(t.debriefs, select(`debriefs:${id}`, earlier)),
  );
  const attendance = choices(t.attendanceOf(name), `attendance:${id}`, t.attendances, { value: saved.attendance ?? 'attended' });
  const made = h('div.participant', {}, attendance, done);
  const adapt = () => {
    done.hidden = made.querySelector('[type=radio]:checked').value !== 'attended';
    seen.hidden = kind.value === '';
  };
  kind.options[0].textContent = t.notObserved;
  made.addEventListener('change', adapt);
  adapt();
  return made;
}

/** @param {object} values of a form with these fields */
export const recordOf = (values, people) => ({
  mode: values.mode,
  minutes: Number(values.minutes),
  participants: people.map((personId) => {
    const of = (name) => values[`${name}:${personId}`];
    return {
      personId,
      attendance: of('attendance'),
      feedback: of('told') ?? false,
      practice: of('practice') ?? false,
      ...(of('observation') && { observation: { kind: of('observation'), month: of('month') } }),
      ...(of('debriefs') && { debriefs: of('debriefs') }),
    };
  }),
});

/** @param {string} keep whose words they are, and about what */
export const noteField = (keep, saved = {}) =>
  field(texts.sessions.note, kept(h('textarea', { name: 'note', rows: 4, maxLength: 4000, value: saved.note ?? '' }), `${keep}:note`), {
    hint: texts.sessions.noteHint,
  });

export function feedbackField({ id, name }, keep, saved = {}) {
  const value = saved.feedback?.find(({ personId }) => personId === id)?.text ?? '';
  const words = kept(h('textarea', { name: `feedback:${id}`, rows: 3, maxLength: 2000, value }), `${keep}:${id}`);
  return field(texts.sessions.feedbackFor(name), words, { hint: texts.sessions.feedbackHint(name) });
}

/**
 * Saves what was written, if anything was.
 *
 * @param {object} values of a form with these fields
 */
export async function saveNotes(api, session, values, people, privacyConfirmed) {
  const feedback = people.map((personId) => ({ personId, text: values[`feedback:${personId}`] })).filter(({ text }) => text.trim());
  try {
    await api.put(
      `/v1/coaching-sessions/${session.id}/notes`,
      { note: values.note || null, feedback, privacyConfirmed },
      { 'If-Match': session.etag },
    );
  } catch (error) {
    // A place in what was sent is told as a place in the form.
    for (const place of [...(error.problem?.blocked ?? []), ...(error.problem?.warnings ?? [])]) {
      place.prompt = place.prompt.replace(/^feedback\[(\d+)\]\.text$/, (_, at) => `feedback:${feedback[at].personId}`);
    }
    throw error;
  }
}
