// A check-in, answered in two taps: what came of the plan, and send.
import { h } from './dom.js';
import { choices, field, form, kept, select, tick } from './forms.js';
import { day } from './format.js';
import { act, words } from './parts.js';
import { texts } from './texts.js';

export function checkIn({ api, me }, ask) {
  const t = texts.checkIn;
  // Only the reminder of a plan can be answered by "the plan is still good" (nudge.outcome.notForKind).
  const outcomes = Object.fromEntries(Object.entries(t.outcomes).filter(([outcome]) => outcome !== 'stillGood' || ask.kind === 'cue'));
  const barrier = field(t.barrier, select('barrier', t.barriers, { required: true }));
  barrier.hidden = true;
  const place = h('div.panel', {});
  const answer = form(t.submit, async (values, { key, privacyConfirmed }) => {
    const { body } = await api.post(`/v1/nudges/${ask.id}/response`, {
      outcome: values.outcome,
      ...(values.outcome === 'notYet' && { barrier: values.barrier }),
      ...(values.note && { note: values.note, privacyConfirmed }),
      needHelp: values.needHelp,
    }, { 'Idempotency-Key': key });
    const thanks = h('p', { tabIndex: -1 }, `${t.thanks} ${body.next?.text ?? ''}`.trim());
    place.replaceChildren(thanks);
    thanks.focus();
  },
  choices(t.legend, 'outcome', outcomes),
  barrier,
  h('details', {}, h('summary', {}, t.more),
    field(t.note, kept(h('textarea', { name: 'note', rows: 3, maxLength: 280 }), `${me.id}:${ask.id}`), { hint: t.noteHint }),
    tick(t.needHelp, 'needHelp')));
  answer.addEventListener('change', () => {
    const isNotYet = answer.elements.outcome.value === 'notYet';
    barrier.hidden = !isNotYet;
    barrier.querySelector('select').disabled = !isNotYet;
  });
  barrier.querySelector('select').disabled = true;
  const later = act(t.later, async () => {
    const { body } = await api.post(`/v1/nudges/${ask.id}/snooze`, { days: 3 });
    const said = h('p', { tabIndex: -1 }, t.snoozed(day(body.dueAt)));
    place.replaceChildren(said);
    said.focus();
  });
  answer.querySelector('.actions').append(later);
  place.append(...[
    h('h3', {}, ask.unitTitle ?? texts.today.aUnit),
    ask.plan && h('div', {}, h('p.hint', {}, t.yourPlan), words(texts.plan(ask.plan))),
    ask.ask && h('p', {}, ask.ask),
    answer,
    h('p.hint', {}, t.until(day(ask.expiresAt)))].filter(Boolean));
  return place;
}
