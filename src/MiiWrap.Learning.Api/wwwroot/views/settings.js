// When and where somebody is asked, when they are away, and their calendar.
import { h } from '../dom.js';
import { date } from '../format.js';
import { checks, field, form, tick } from '../forms.js';
import { act, empty, section } from '../parts.js';
import { texts } from '../texts.js';

export async function show(context) {
  const { api, hasRole } = context;
  const t = texts.settings;
  const [{ body: preferences, etag }, { body: leave }] = await Promise.all([api.get('/v1/me/preferences'), api.get('/v1/me/leave')]);
  return h('div', {},
    h('h1', {}, t.title),
    section(t.asking, asking(context, preferences, etag)),
    section(t.leave, away(context, leave.periods)),
    hasRole('learner') && section(t.calendar, calendar(context)),
    h('p', {}, h('a', { href: '#/account' }, t.account)));
}

function asking({ api, tell }, preferences, etag) {
  const t = texts.settings;
  const zones = h('datalist', { id: 'zones' }, Intl.supportedValuesOf('timeZone').map((zone) => h('option', { value: zone })));
  const { quietHours } = preferences;
  let tag = etag;
  return form(t.save, async ({ timeZone, channels, feedbackByMail, start, end, days }) => {
    const wanted = { timeZone, channels, feedbackByMail, quietHours: { start, end, days } };
    const saved = await api.patch('/v1/me/preferences', wanted, { 'If-Match': tag });
    tag = saved.etag;
    tell(t.saved);
  },
  h('div.panel', {},
    checks(t.channels, 'channels', t.channelNames, preferences.channels),
    tick(t.feedbackByMail, 'feedbackByMail', preferences.feedbackByMail),
    h('h3', {}, t.quiet), h('p.hint', {}, t.quietHint),
    h('div.pair', {},
      field(t.from, h('input', { name: 'start', type: 'time', required: true, value: quietHours.start })),
      field(t.until, h('input', { name: 'end', type: 'time', required: true, value: quietHours.end }))),
    checks(t.quietDays, 'days', t.days, quietHours.days ?? []),
    field(t.zone, h('input', { name: 'timeZone', list: 'zones', required: true, value: preferences.timeZone }), { hint: t.zoneHint }),
    zones));
}

function away({ api, again, tell }, periods) {
  const t = texts.settings;
  const save = async (changed) => {
    await api.put('/v1/me/leave', { periods: changed });
    await again();
    tell(t.saved);
  };
  return [
    h('p.hint', {}, t.leaveHint),
    periods.length ? h('ul.cards', {}, periods.map((one) => h('li.card', {},
      h('span.title', {}, t.leavePeriod(date(one.from), date(one.until))),
      act(t.leaveRemove, () => save(periods.filter((other) => other !== one)), 'quiet', date(one.from))))) : empty(t.leaveNone),
    h('details', {}, h('summary', {}, t.leaveAdd), form(t.leaveAdd, ({ from, until }) => save([...periods, { from, until }]),
      h('div.pair', {},
        field(t.leaveFrom, h('input', { name: 'from', type: 'date', required: true })),
        field(t.leaveUntil, h('input', { name: 'until', type: 'date', required: true }))))),
  ];
}

function calendar({ api, tell }) {
  const t = texts.settings;
  const address = h('input', { readOnly: true });
  const shown = field(t.calendarAddress, address);
  shown.hidden = true;
  return h('div.panel', {}, h('p.hint', {}, t.calendarHint), shown, h('p.actions', {},
    act(t.calendarMake, async () => {
      const { body } = await api.post('/v1/me/calendar');
      address.value = body.url;
      shown.hidden = false;
      address.focus();
      address.select();
    }),
    act(t.calendarEnd, async () => {
      await api.delete('/v1/me/calendar');
      shown.hidden = true;
      tell(t.calendarEnded);
    }, 'quiet')));
}
