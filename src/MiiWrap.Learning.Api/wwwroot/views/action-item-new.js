// A new step. Of somebody else it is a proposal, to which they alone agree.
import { today } from '../coaching.js';
import { h } from '../dom.js';
import { field, form, kept, select } from '../forms.js';
import { texts } from '../texts.js';
import { ifThen } from './action-item.js';

export async function show({ api, me, go }, { enrolment, owner }) {
  const t = texts.items;
  const { body: journey } = await api.get(`/v1/enrolments/${enrolment}`);
  const units = journey.modules.flatMap((module) => module.units).filter(({ state }) => state === 'completed');
  const isOwn = owner === me.id;
  const keep = `${me.id}:item:${owner}`;
  const made = form(
    isOwn ? t.save : t.propose,
    async ({ cue, action, sign, dueOn, unit }, { key, privacyConfirmed }) => {
      const { body } = await api.post(
        '/v1/action-items',
        {
          ...(!isOwn && { ownerId: owner }),
          enrolmentId: enrolment,
          ifThen: { cue, action },
          sign,
          dueOn,
          ...(unit && { unit }),
          privacyConfirmed,
        },
        { 'Idempotency-Key': key },
      );
      await go(`#/action-items/${body.id}`);
    },
    ...ifThen(keep),
    field(t.signLabel, kept(h('input', { name: 'sign', required: true, maxLength: 280 }), `${keep}:sign`), { hint: t.signHint }),
    field(t.dueLabel,
      h('input', {
        type: 'date',
        name: 'dueOn',
        value: today(me.timeZone, 14),
        min: today(me.timeZone, 3),
        max: today(me.timeZone, 90),
        required: true,
      }),
    ),
    units.length > 0 &&
      field(t.unit, select('unit', Object.fromEntries(units.map(({ slug, title }) => [slug, title]))), { hint: t.unitHint }),
  );
  return h('div', {}, h('h1', {}, isOwn ? t.newOwn : t.new), h('p.hint', {}, isOwn ? t.newOwnHint : t.newHint), made);
}
