// What a coach has to see to, by what has waited longest, and everybody whom they coach.
import { dosage, listOf } from '../coaching.js';
import { h } from '../dom.js';
import { date, dayAndTime } from '../format.js';
import { badge, card, section } from '../parts.js';
import { texts } from '../texts.js';

const aDay = 86_400_000;
const daysSince = (moment) => Math.floor((Date.now() - new Date(moment)) / aDay);
const names = (people) => people.map(({ name }) => name).join(', ');

export async function show({ api, me }) {
  const t = texts.desk;
  const { body: desk } = await api.get('/v1/me/coaching');
  return h('div', {},
    h('h1', {}, t.title),
    h('p.actions', {},
      h('a.button', { href: '#/coaching-sessions/log' }, t.log),
      h('a.button.secondary', { href: '#/coaching-sessions/plan' }, t.plan),
    ),
    desk.next &&
      section(t.next, card(`#/coaching-sessions/${desk.next.id}`, t.with(names(desk.next.participants)), dayAndTime(desk.next.startsAt))),
    section(t.waits,
      listOf(
        waiting(desk, me),
        ({ href, words, detail, isLate }) => h('div.with-badge', {}, card(href, words, detail), isLate && badge(t.late, 'late')),
        t.nothingWaits,
      ),
    ),
    section(t.people(desk.caseload), listOf(desk.coachees, coachee, t.nobody)),
  );
}

/** Everything that waits in one order, whatever its kind. */
function waiting(desk, me) {
  const teaches = (cohort) => me.roles.some(({ role, cohortId }) => cohortId === cohort && ['instructor', 'lead'].includes(role));
  const relationshipOf = ({ id }) => desk.coachees.find(({ personId }) => personId === id)?.relationshipId;
  const t = texts.desk;
  return [
    ...desk.unrecorded.map(({ id, startsAt, recordBy, participants }) => {
      const isLate = new Date(recordBy) < Date.now();
      return {
        days: daysSince(startsAt),
        href: `#/coaching-sessions/${id}`,
        words: (isLate ? t.missedRecord : t.unrecorded)(names(participants)),
        isLate,
        detail: isLate ? t.tooLate : t.recordBy(dayAndTime(recordBy)),
      };
    }),
    // These are counted in working days: seven fifths of them are days.
    ...desk.feedbackOwed.map(({ learner, days, wait }) => ({
      days: (days * 7) / 5,
      href: `#/coaching-sessions/log/${learner.id}`,
      words: t.feedbackOwed(learner.name),
      isLate: wait !== 'onTime',
      detail: t.workingDays(days),
    })),
    ...desk.awaitingClose.map(({ id, owner, dueOn, isDone }) => ({
      days: daysSince(dueOn),
      href: `#/action-items/${id}`,
      words: (isDone ? t.itemDone : t.itemDue)(owner.name),
      isLate: daysSince(dueOn) > 0,
      detail: t.due(date(dueOn)),
    })),
    ...desk.followUps.map(({ cohortId, learner, reasons, openedAt, dueOn }) => ({
      days: daysSince(openedAt),
      // Who teaches there closes it; another coach comes to the learner.
      href: teaches(cohortId) ? `#/follow-ups/${cohortId}` : `#/coaching-relationships/${relationshipOf(learner)}`,
      words: t.followUp(learner.name),
      isLate: daysSince(dueOn) > 0,
      detail: `${reasons.map((reason) => texts.followUps.reasons[reason]).join(', ')} · ${t.due(date(dueOn))}`,
    })),
    ...desk.fidelity.map(({ coachee: { id, name }, instrument, falling }) => ({
      days: 0,
      href: `#/people/${id}/fidelity/${instrument}`,
      words: (falling ? t.falling : t.belowLine)(name),
      isLate: false,
      detail: t.talk,
    })),
  ].sort((one, other) => other.days - one.days);
}

function coachee(one) {
  const { nextSession, noSession, openItems } = texts.desk;
  const made = card(
    `#/coaching-relationships/${one.relationshipId}`,
    one.name,
    [one.nextSession ? nextSession(dayAndTime(one.nextSession)) : noSession, openItems(one.openItems)].join(' · '),
  );
  if (one.dosage) made.append(dosage(one.dosage));
  return made;
}
