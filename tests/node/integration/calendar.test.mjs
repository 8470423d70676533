import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import ICAL from 'ical.js';
import { Program } from './program.mjs';

describe('A personal calendar, read by a calendar library', () => {
  let program, learner, address, enrolment;
  before(async () => {
    program = await Program.start();
    learner = await program.signIn('learner2');
    ({ enrolment } = await learner.completeAUnit());
    const { url } = await learner.call('POST', '/v1/me/calendar');
    address = new URL(new URL(url).pathname, program.url);
  });
  after(() => program.stop());

  const read = async () => {
    const answer = await fetch(address);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type'), /^text\/calendar/);
    return new ICAL.Component(ICAL.parse(await answer.text()));
  };

  test('it parses, and every entry has what RFC 5545 asks for', async () => {
    const calendar = await read();
    assert.equal(calendar.getFirstPropertyValue('version'), '2.0');
    assert.ok(calendar.getFirstPropertyValue('prodid'));
    const entries = calendar.getAllSubcomponents('vevent');
    assert.ok(entries.length > 5);
    for (const entry of entries) for (const name of ['uid', 'dtstamp', 'dtstart', 'summary']) assert.equal(entry.getAllProperties(name).length, 1, `${name} of ${entry}`);
    assert.equal(new Set(entries.map((e) => e.getFirstPropertyValue('uid'))).size, entries.length);
  });

  test('modules are whole days, and check-ins moments, as the API has them', async () => {
    const events = (await read()).getAllSubcomponents('vevent').map((e) => new ICAL.Event(e));
    const journey = await learner.call('GET', `/v1/enrolments/${enrolment}`);
    const openings = events.filter((e) => e.startDate.isDate);
    assert.deepEqual(openings.map((e) => [e.startDate.toString(), e.summary]), journey.modules.map((m) => [m.opensOn, `Opens: ${m.title}`]));
    for (const opening of openings) assert.equal(opening.duration.toSeconds(), 24 * 3600);

    const asks = [...(await learner.call('GET', '/v1/nudges?status=planned&limit=200')).items, ...(await learner.call('GET', '/v1/nudges?status=sent&limit=200')).items]
      .filter((n) => !n.response && new Date(n.expiresAt) > new Date());
    assert.ok(asks.length > 0);
    // Sessions with a coach stand there too.
    const moments = events.filter((e) => !e.startDate.isDate && e.summary !== 'Coaching session');
    assert.ok(moments.every((e) => e.summary === 'Practice check-in' && e.startDate.zone === ICAL.Timezone.utcTimezone));
    // A calendar keeps whole seconds.
    const seconds = (date) => Math.floor(date / 1000);
    assert.deepEqual(moments.map((e) => seconds(e.startDate.toJSDate())).sort(), asks.map((n) => seconds(new Date(n.dueAt))).sort());
  });

  test('the time zone changes its clocks when others say so', async () => {
    for (const zone of ['Australia/Sydney', 'Asia/Kolkata', 'America/St_Johns', 'Europe/Dublin', 'UTC', 'America/Chicago']) {
      const headers = { 'content-type': 'application/json', 'if-match': '*' };
      const changed = await learner.fetch('/v1/me/preferences', { method: 'PATCH', headers, body: JSON.stringify({ timeZone: zone }) });
      assert.equal(changed.status, 200);
      const calendar = await read();
      const rules = new ICAL.Timezone({ component: calendar.getFirstSubcomponent('vtimezone'), tzid: zone });
      assert.equal(rules.tzid, zone);
      const first = Math.min(...calendar.getAllSubcomponents('vevent').map((e) => e.getFirstPropertyValue('dtstart').toJSDate()));
      const local = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
      for (let hour = 0; hour < 24 * 365; hour += 1) {
        const at = new Date(first + (hour * 3600_000));
        // From local time to the moment, which of an hour that comes twice may be either.
        const there = ICAL.Time.fromString(local.format(at).replace(' ', 'T'));
        there.zone = rules;
        assert.equal(local.format(there.toJSDate()), local.format(at), `${zone} at ${at.toISOString()}`);
      }
    }
  });

  test('an entry that moves has a greater number, under its name', async () => {
    const [ask] = (await learner.call('GET', '/v1/nudges?status=planned&limit=200')).items;
    const events = async () => (await read()).getAllSubcomponents('vevent').map((e) => new ICAL.Event(e));
    const entry = async () => (await events()).find((e) => e.uid.startsWith(ask.id));
    const before = await entry();
    await learner.call('POST', `/v1/nudges/${ask.id}/snooze`, { days: 7 });
    const after = await entry();
    assert.ok(after.sequence > before.sequence);
    assert.ok(after.startDate.compare(before.startDate) > 0);
    const changed = (e) => e.component.getFirstPropertyValue('last-modified');
    assert.ok(changed(after).compare(changed(before)) >= 0);
    assert.equal(changed(after).compare(after.component.getFirstPropertyValue('dtstamp')), 0);
  });

  test('what has not changed is not sent again', async () => {
    const first = await fetch(address);
    await first.text();
    const again = await fetch(address, { headers: { 'if-none-match': first.headers.get('etag') } });
    assert.equal(again.status, 304);
  });
});
