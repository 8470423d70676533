// What the views of coaching have in common: cards of sessions and steps, how much coaching somebody had, and days as fields take them.
import { h } from './dom.js';
import { date, dayAndTime } from './format.js';
import { badge, card } from './parts.js';
import { texts } from './texts.js';

export const listOf = (items, show, otherwise) =>
  items.length
    ? h('ul.cards', {},
        items.map((item) => h('li', {}, show(item))),
      )
    : h('p.empty', {}, otherwise);

export const sessionCard = ({ id, startsAt, mode, minutes, status, participants }) =>
  h(
    'div.with-badge',
    {},
    card(
      `#/coaching-sessions/${id}`,
      dayAndTime(startsAt),
      [
        texts.sessions.modes[mode],
        texts.sessions.minutes(minutes),
        ...(participants.some((one) => one.observation) ? [texts.sessions.observed] : []),
      ].join(' · '),
    ),
    badge(texts.sessions.statuses[status], status),
  );

export const itemBadge = ({ state, outcome }) =>
  badge(outcome ? texts.items.outcomes[outcome] : texts.items.states[state], outcome ?? state);

export const itemCard = (item) =>
  h('div.with-badge', {}, card(`#/action-items/${item.id}`, texts.plan(item.ifThen), texts.items.due(date(item.dueOn))), itemBadge(item));

/** The contacts that somebody was promised, as marks, and in words. */
export const dosage = ({ contacts, need, state }) =>
  h('p.dosage', {},
    h('span.marks', { 'aria-hidden': 'true' },
      Array.from({ length: need }, (_, at) => h('span', { class: at < contacts ? 'had' : null })),
    ),
    h('span', {}, texts.dosage.contacts(contacts, need)),
    ' ',
    badge(texts.dosage.states[state], state),
  );

/** A moment as a field for local time takes it: in the zone in which all else is told, whatever the device's is. */
export const local = (moment, zone) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(moment).replace(' ', 'T');

/** The moment that stands in such a field. */
export function momentOf(text, zone) {
  const asUtc = new Date(`${text}Z`);
  const away = (moment) => new Date(`${local(moment, zone)}Z`) - moment;
  // Near a change of clocks the first guess may lie on its other side.
  return new Date(asUtc - away(new Date(asUtc - away(asUtc)))).toISOString();
}

/** Today, or so many days later, as a field for a date takes it. */
export const today = (zone, later = 0) => local(new Date(Date.now() + later * 86_400_000), zone).slice(0, 10);

/** Shows the view anew after a form of it was sent, and says what was done; what was kept of its words does not come again. */
export async function renew(context, form, said) {
  for (const { dataset } of form.elements) if (dataset.kept) sessionStorage.removeItem(dataset.kept);
  await context.again();
  context.tell(said);
}
