// One step that two people agreed: its owner agrees to it, both tell how it went, and its coach closes it.
import { itemBadge, listOf, renew, today } from '../coaching.js';
import { h } from '../dom.js';
import { choices, field, form, kept, tick } from '../forms.js';
import { date } from '../format.js';
import { section, words } from '../parts.js';
import { texts } from '../texts.js';

export async function show(context, { item: id }) {
  const t = texts.items;
  const { body: item } = await context.api.get(`/v1/action-items/${id}`);
  const isOwner = item.owner.id === context.me.id;
  return h('div', {},
    h('h1', {}, isOwner ? t.yours : t.of(item.owner.name)),
    h('div.panel', {},
      words(texts.plan(item.ifThen)),
      h('p', {}, t.sign(item.sign)),
      h('p', {}, itemBadge(item), ' ', t.due(date(item.dueOn))),
    ),
    actions(context, item, isOwner),
    section(t.evidence,
      listOf(item.evidence,
        ({ level, source, occurredOn, note }) =>
          h('div', {}, h('p', {}, h('strong', {}, t.levels[level]), ` ${t.sources[source]}, ${date(occurredOn)}`), note && words(note)),
        t.noEvidence,
      ),
    ),
  );
}

function actions(context, item, isOwner) {
  if (item.state === 'proposed') return isOwner ? agree(context, item) : h('p.note', {}, texts.items.waitsForOwner);
  if (item.state !== 'agreed') return [];
  return [evidence(context, item), close(context, item, isOwner && item.coach !== null)];
}

/** Sends it, shows what has become of it, and says so. */
async function send(context, item, what, body, { key, form: made }, said) {
  await context.api.post(`/v1/action-items/${item.id}/${what}`, body, { 'Idempotency-Key': key });
  await renew(context, made, said);
}

function agree(context, item) {
  const t = texts.items;
  return section(t.agreeTitle,
    h('p', {}, t.agreeHint),
    form(t.agree,
      ({ cue, action }, sending) => {
        const body = { ifThen: { cue, action, plannedFor: item.ifThen.plannedFor }, privacyConfirmed: sending.privacyConfirmed };
        return send(context, item, 'agree', body, sending, t.agreed);
      },
      ...ifThen(`${context.me.id}:agree:${item.id}`, item.ifThen),
    ),
  );
}

/** The two halves of a plan as fields. */
export const ifThen = (keep, plan = { cue: '', action: '' }) => {
  const half = (name) => kept(h('input', { name, value: plan[name], required: true, maxLength: 280 }), `${keep}:${name}`);
  return [field(texts.items.cue, half('cue'), { hint: texts.items.cueHint }), field(texts.items.action, half('action'))];
};

function evidence(context, item) {
  const t = texts.items;
  const words = kept(h('textarea', { name: 'note', rows: 2, maxLength: 280 }), `${context.me.id}:evidence:${item.id}`);
  const now = today(context.me.timeZone);
  return section(t.tell,
    form(t.tellSubmit,
      ({ level, occurredOn, note }, sending) => {
        const body = { level, occurredOn, ...(note && { note, privacyConfirmed: sending.privacyConfirmed }) };
        return send(context, item, 'evidence', body, sending, t.told);
      },
      choices(t.level, 'level', t.levels),
      field(t.occurredOn, h('input', { type: 'date', name: 'occurredOn', value: now, max: now, required: true })),
      field(t.note, words, { hint: texts.coaching.leaveOut }),
    ),
  );
}

function close(context, item, isCoached) {
  const t = texts.items;
  // Who coaches says what became of it; who is coached may only drop it.
  const { dropped } = t.outcomes;
  return section(
    isCoached ? t.drop : t.close,
    isCoached ? false : h('p.hint', {}, t.closeHint),
    form(
      isCoached ? t.drop : t.close,
      ({ outcome, countsForUnit = false }, sending) => send(context, item, 'close', { outcome, countsForUnit }, sending, t.closed),
      choices(t.outcome, 'outcome', isCoached ? { dropped } : t.outcomes, { value: isCoached ? 'dropped' : undefined }),
      !isCoached && item.unit && tick(t.countsForUnit, 'countsForUnit'),
    ),
  );
}
