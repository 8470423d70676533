// Every kind of mail and the pages behind their links, as a person meets them: on a phone and a desk, light and dark, and by keyboard alone.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { simpleParser } from 'mailparser';
import { desktop, launch, look, missing, phone } from './browser.mjs';
import { startServer } from './server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'learning-mails-'));
const settings = (startAt) => ({
  ConnectionStrings__Learning: `Data Source=${join(folder, 'learning.db')}`,
  Mail__PickupFolder: join(folder, 'mail'),
  Jobs__Enabled: 'true',
  Clock__StartAt: startAt,
});
const kinds = [
  { name: 'check-in', to: 'learner1@', link: /\/n\/[\w-]+/ },
  { name: 'invitation', to: 'new@', link: /\S+token=[\w-]+/ },
  { name: 'password-reset', to: 'learner10@', link: /\S+token=[\w-]+/ },
  { name: 'lock-out', to: 'learner12@' },
  { name: 'feedback-ready', subject: /feedback/i },
];

describe('mails and the pages behind them', { skip: missing }, () => {
  let server;
  let browser;
  const mails = {};

  before(async () => {
    server = await startServer(settings('2027-03-15T15:00:00Z'));
    const admin = await server.signIn('admin@example.org');
    await admin.post('/v1/people', { email: 'new@example.org', name: 'Newcomer Díaz', timeZone: 'America/Chicago' });
    const learner = await server.signIn('learner1@example.org');
    const { enrolments } = await learner.get('/v1/me');
    await learner.post(`/v1/enrolments/${enrolments[0].id}/units/2.4-watching-voice-and-power/complete`, { ifThen: { cue: 'I sit in on Thursday', action: 'I will map who speaks' } });
    const anyone = (path, body) => fetch(server.address + path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    assert.equal((await anyone('/v1/identity/password/forgot', { email: 'learner10@example.org' })).status, 202);
    for (let i = 0; i < 10; i++) await anyone('/v1/identity/login', { email: 'learner12@example.org', password: `not the password ${i}` });
    await publishFeedback(await server.signIn('instructor@example.org'));
    await server.stop();

    // Nine days later, but the mailed tokens of an hour must still be young: they are made when the mail is sent.
    server = await startServer(settings('2027-03-24T15:00:00Z'));
    browser = await launch();
    for (const kind of kinds) mails[kind.name] = await mailOf(kind);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const { name, link } of kinds) {
    for (const viewport of [phone, desktop]) {
      for (const colorScheme of ['light', 'dark']) {
        test(`the ${name} mail reads well at ${viewport.width} px, ${colorScheme}, and passes axe`, async () => {
          await look(browser, { name: `mail-${name}`, viewport, colorScheme }, (page) => page.setContent(mails[name].html));
        });
        if (!link) continue;
        test(`the page behind the ${name} mail reads well at ${viewport.width} px, ${colorScheme}, and passes axe`, async () => {
          await look(browser, { name: `page-${name}`, viewport, colorScheme }, (page) => page.goto(linkOf(name)));
        });
      }
    }
    test(`the ${name} mail says as much in plain text as in HTML`, () => {
      const words = (text) => new Set(text.toLowerCase().match(/\p{L}{3,}/gu));
      const html = words(mails[name].html.replace(/<style[\s\S]*?<\/style>/g, ' ').replace(/<[^>]+>/g, ' ').replace(/&[#\w]+;/g, ' '));
      const missingWords = [...html].filter((word) => !words(mails[name].text).has(word) && !words(mails[name].subject).has(word) && !/^(href|https?)$/.test(word));
      assert.ok(missingWords.length <= 6, `only in the HTML: ${missingWords.join(', ')}`);
    });
  }

  test('a check-in is answered by keyboard alone', async () => {
    const page = await browser.newPage({ viewport: phone });
    await page.goto(linkOf('check-in'));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    for (let i = 0; i < 20 && !(await page.evaluate(() => document.activeElement.tagName === 'BUTTON')); i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1:has-text("Thank you")');
    await page.close();
  });

  test('a newcomer chooses a password by keyboard alone', async () => {
    const page = await browser.newPage({ viewport: phone });
    await page.goto(linkOf('invitation'));
    for (let i = 0; i < 10 && !(await page.evaluate(() => document.activeElement.type === 'password')); i++) await page.keyboard.press('Tab');
    await page.keyboard.type('three quiet herons at dusk');
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1:has-text("Your password is set")');
    const answer = await fetch(`${server.address}/v1/identity/login`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email: 'new@example.org', password: 'three quiet herons at dusk' }) });
    assert.equal(answer.status, 200);
    await page.close();
  });

  /** The link of a mail, at the address where the program listens in this test. */
  function linkOf(name) {
    const { pathname, search } = new URL(mails[name].text.match(/https?:\/\/\S+/g).find((url) => kinds.find((k) => k.name === name).link.test(url)));
    return server.address + pathname + search;
  }

  async function mailOf({ name, to = '', subject = /./ }) {
    for (let tries = 0; tries < 150; tries++) {
      for (const file of readdirSync(join(folder, 'mail')).filter((f) => f.endsWith('.eml'))) {
        const mail = await simpleParser(readFileSync(join(folder, 'mail', file)));
        if (subject.test(mail.subject) && mail.to.value[0].address.startsWith(to)) return mail;
      }
      await new Promise((done) => setTimeout(done, 200));
    }
    throw new Error(`No mail of the kind ${name} came.`);
  }
});

/** The instructor reviews what has waited longest, so that the notice of it is due. */
async function publishFeedback(instructor) {
  const { items: [waiting] } = await instructor.get('/v1/reviews?status=awaiting&limit=1');
  const { authorization, address } = instructor;
  await instructor.post(`/v1/reviews/${waiting.revisionId}/claim`);
  const read = await fetch(`${address}/v1/reviews/${waiting.revisionId}`, { headers: { Authorization: authorization } });
  const { assignment } = await read.clone().json();
  const scores = Object.fromEntries(assignment.rubric.criteria.map((criterion) => [criterion.slug, 2]));
  const saved = await fetch(`${address}/v1/reviews/${waiting.revisionId}`, {
    method: 'PUT',
    headers: { Authorization: authorization, 'Content-Type': 'application/json', 'If-Match': read.headers.get('etag') },
    body: JSON.stringify({ scores, comments: {}, affirmation: 'You waited.', question: 'What did waiting open?', nextStep: 'Try it once more.', decision: 'accept' }),
  });
  assert.equal(saved.status, 200, await saved.text());
  await instructor.post(`/v1/reviews/${waiting.revisionId}/publish`);
}
