// One coaching session: its coach moves, records and writes about it; who took part reads what is theirs and replies.
import { local, momentOf, renew } from '../coaching.js';
import { h } from '../dom.js';
import { field, form, kept } from '../forms.js';
import { dayAndTime } from '../format.js';
import { badge, section, words } from '../parts.js';
import { feedbackField, minutesField, modeField, noteField, recordFields, recordOf, saveNotes } from '../record.js';
import { texts } from '../texts.js';

const daysToRecord = 14;
const aDay = 86_400_000;

export async function show(context, { session: id }) {
  const t = texts.sessions;
  const { body: session } = await context.api.get(`/v1/coaching-sessions/${id}`);
  const isCoach = session.coach.id === context.me.id;
  return h('div', {},
    h('h1', {}, isCoach ? t.with(session.participants.map(({ name }) => name)) : t.by(session.coach.name)),
    h('p', {},
      dayAndTime(session.startsAt),
      ' · ',
      t.modes[session.mode],
      ' · ',
      t.minutes(session.minutes),
      ' ',
      badge(t.statuses[session.status], session.status),
    ),
    session.cancelReason && words(t.reasonWas(session.cancelReason)),
    session.onHold && h('p.note', {}, t.onHold),
    isCoach ? await ofCoach(context, session) : ofCoachee(context, session),
  );
}

const hasBegun = ({ startsAt }) => new Date(startsAt) < Date.now();
const isTooLate = ({ recordedAt, startsAt }) => !recordedAt && Date.now() - new Date(startsAt) > daysToRecord * aDay;

async function ofCoach(context, session) {
  const t = texts.sessions;
  const [isPlanned, isOff] = [session.status === 'planned', session.status === 'cancelled'];
  const mayRecord = hasBegun(session) && !isOff && !isTooLate(session);
  const owed = mayRecord ? (await context.api.get('/v1/me/coaching')).body.feedbackOwed : [];
  return [
    mayRecord && record(context, session, owed),
    !isOff && isTooLate(session) && h('p.note', {}, t.tooLate(daysToRecord)),
    !session.onHold && !session.purgedAt && notes(context, session),
    session.replies.map(({ personId, text }) =>
      section(t.replyOf(session.participants.find((one) => one.personId === personId)?.name), words(text)),
    ),
    isPlanned && !hasBegun(session) && move(context, session),
    isPlanned && cancel(context, session),
  ];
}

const people = (session) => session.participants.map(({ personId, name }) => ({ id: personId, name }));

function record(context, session, owed) {
  const t = texts.sessions;
  const put = (values) =>
    context.api.put(
      `/v1/coaching-sessions/${session.id}/record`,
      recordOf(
        values,
        people(session).map(({ id }) => id),
      ),
      { 'If-Match': session.etag },
    );
  return section(
    session.recordedAt ? t.correct : t.record,
    form(t.recordSubmit,
      async (values, { form: made }) => {
        await put(values);
        await renew(context, made, t.recorded);
      },
      h('div.pair', {}, minutesField(session.minutes), modeField(session.mode)),
      session.participants.map((one) => recordFields({ id: one.personId, name: one.name }, one, owed)),
    ),
  );
}

function notes(context, session) {
  const t = texts.sessions;
  const keep = `${context.me.id}:notes:${session.id}`;
  return section(t.notes,
    form(t.notesSubmit,
      async (values, { privacyConfirmed, form: made }) => {
        await saveNotes(
          context.api,
          session,
          values,
          people(session).map(({ id }) => id),
          privacyConfirmed,
        );
        await renew(context, made, t.notesSaved);
      },
      noteField(keep, session),
      ...people(session).map((one) => feedbackField(one, keep, session)),
    ),
  );
}

const move = (context, session) =>
  h('details', {},
    h('summary', {}, texts.sessions.move),
    form(texts.sessions.moveSubmit,
      async ({ startsAt, minutes }, { form: made }) => {
        const change = { startsAt: momentOf(startsAt, context.me.timeZone), minutes: Number(minutes) };
        await context.api.patch(`/v1/coaching-sessions/${session.id}`, change, { 'If-Match': session.etag });
        await renew(context, made, texts.sessions.moved);
      },
      field(texts.sessions.planAt,
        h('input', {
          type: 'datetime-local',
          name: 'startsAt',
          value: local(new Date(session.startsAt), context.me.timeZone),
          required: true,
        }),
      ),
      minutesField(session.minutes),
    ),
  );

function cancel(context, session) {
  const t = texts.sessions;
  const why = kept(h('input', { name: 'reason', required: true, minLength: 10, maxLength: 400 }), `${context.me.id}:cancel:${session.id}`);
  return h('details', {},
    h('summary', {}, t.cancel),
    form(t.cancelSubmit,
      async ({ reason }, { key, privacyConfirmed, form: made }) => {
        await context.api.post(`/v1/coaching-sessions/${session.id}/cancel`, { reason, privacyConfirmed }, { 'Idempotency-Key': key });
        await renew(context, made, t.cancelled);
      },
      field(t.reason, why, { hint: t.reasonHint }),
    ),
  );
}

function ofCoachee(context, session) {
  const t = texts.sessions;
  const { me } = context;
  const mine = (list) => list.find(({ personId }) => personId === me.id);
  const [own, feedback, reply] = [mine(session.participants), mine(session.feedback), mine(session.replies)];
  return [
    own?.attendance && h('p', {}, t.ownAttendance[own.attendance]),
    session.note && section(t.note, words(session.note)),
    feedback && section(t.feedbackForYou, words(feedback.text)),
    reply ? section(t.yourReply, words(reply.text)) : (session.note || feedback) && respond(context, session),
    session.status === 'planned' && !hasBegun(session) && cancel(context, session),
  ];
}

function respond(context, session) {
  const t = texts.sessions;
  const reply = kept(h('textarea', { name: 'text', rows: 3, required: true, maxLength: 500 }), `${context.me.id}:reply:${session.id}`);
  return section(t.reply,
    form(t.replySubmit,
      async ({ text }, { key, privacyConfirmed, form: made }) => {
        await context.api.post(`/v1/coaching-sessions/${session.id}/notes/reply`, { text, privacyConfirmed }, { 'Idempotency-Key': key });
        await renew(context, made, t.replied);
      },
      field(t.replyLabel, reply, { hint: texts.coaching.leaveOut }),
    ),
  );
}
