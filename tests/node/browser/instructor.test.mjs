// The front end that ships with the program, as an instructor uses it: the queue, a review beside the rubric, follow-ups; and an admin's way in.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { desktop, launch, missing, phone } from './browser.mjs';
import { startServer } from './server.mjs';
import { Keyboard, enter, testViews } from './shipped.mjs';

describe('the front end for instructors', { skip: missing }, () => {
  let server, browser, address, instructor;
  const places = {};

  before(async () => {
    server = await startServer({ Auth__RequireSecondFactor: 'true' });
    address = server.address;
    browser = await launch();
    instructor = await server.signIn('instructor@example.org');
    const { items: [, second, third] } = await instructor.get('/v1/reviews?status=awaiting');
    await instructor.post(`/v1/reviews/${second.revisionId}/claim`);
    places.claimed = `#/reviews/${second.revisionId}`;
    places.unclaimed = `#/reviews/${third.revisionId}`;
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const who = 'instructor';

  /** The moment that the server believes it is. */
  async function now() {
    const { items } = await (await server.signIn('admin@example.org')).get('/v1/me/sign-ins');
    return new Date(items.find(({ isCurrent }) => isCurrent).signedInAt);
  }

  /** A learner who answers an open check-in by asking for a talk. */
  async function someoneWantsToTalk() {
    for (let number = 2; number <= 12; number++) {
      const learner = await server.signIn(`learner${number}@example.org`);
      const { checkIns: [ask] } = await learner.get('/v1/me/next');
      if (!ask) continue;
      await learner.post(`/v1/nudges/${ask.id}/response`, { outcome: 'notYet', barrier: 'unsureHow', needHelp: true });
      return learner.get('/v1/me');
    }
    throw new Error('Nobody has an open check-in.');
  }

  testViews(() => ({ browser, address }), {
    'today-of-staff': { who, place: () => '#/' },
    reviews: { who, place: () => '#/reviews' },
    'review-unclaimed': { who, place: () => places.unclaimed },
    review: { who, place: () => places.claimed, then: (page) => page.getByText('Examples').first().click() },
    'follow-ups': { who, place: () => '#/follow-ups' },
  });

  test('an instructor claims the oldest, scores, answers and publishes by keyboard alone', async () => {
    const page = await browser.newPage({ viewport: desktop });
    const keyboard = new Keyboard(page);
    const { items: [oldest] } = await instructor.get('/v1/reviews?status=awaiting');
    await keyboard.signIn(address, 'instructor');
    await keyboard.press('To review');
    await keyboard.isAtHeading('Reflections to read');
    await keyboard.press(oldest.learner.name);
    await keyboard.isAtHeading(`${oldest.learner.name}’s reflection`);
    await keyboard.press('Claim it and read');
    await page.getByText('Yours until').waitFor();
    const { assignment: { prompts: [prompt], rubric } } = await instructor.get(`/v1/reviews/${oldest.revisionId}`);
    await keyboard.type(`comments.${prompt.slug}`, 'You waited, and it shows.');
    for (const { slug } of rubric.criteria) {
      await keyboard.to(`scores.${slug}`);
      for (let level = 0; level < 2; level++) await page.keyboard.press('ArrowDown');
    }
    await keyboard.type('affirmation', 'You counted to ten before you spoke.');
    await keyboard.type('question', 'What did the silence do to the room?');
    await keyboard.type('nextStep', 'Count again this week, and write down who speaks first.');
    await keyboard.to('decision');
    await page.keyboard.press('Space');
    await page.getByText(/^Saved$/).waitFor();
    await keyboard.press('Publish');
    await page.getByText('Published. The author has been told.').waitFor();
    await keyboard.isAtHeading('Reflections to read');

    const { status } = (await instructor.get(`/v1/reviews?status=accepted&enrolment=${oldest.enrolmentId}`)).items
      .find((one) => one.revisionId === oldest.revisionId);
    assert.equal(status, 'accepted');
    await page.close();
  });

  test('a review is kept while it is written, and what is missing is said beside its field', async () => {
    const page = await browser.newPage({ viewport: phone });
    await enter(page, address, who, places.claimed);
    await page.getByLabel('What was good').fill('Said on the phone.');
    await page.getByText(/^Saved$/).waitFor();
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('Ask one question that deepens.').waitFor();
    assert.equal(await page.getByLabel('A question').getAttribute('aria-invalid'), 'true');
    await page.close();
    assert.equal((await instructor.get(places.claimed.replace('#', '/v1'))).review.affirmation, 'Said on the phone.');
  });

  test('two windows on one review keep both words', async () => {
    const [one, two] = [await browser.newPage({ viewport: desktop }), await browser.newPage({ viewport: desktop })];
    for (const page of [one, two]) await enter(page, address, who, places.claimed);
    await one.getByLabel('A next step').fill('From the first window.');
    await one.getByText(/^Saved$/).waitFor();
    await two.getByLabel('A next step').fill('From the second window.');
    await two.getByRole('heading', { name: 'Saved somewhere else meanwhile' }).waitFor();
    await two.getByText('From the first window.').waitFor();
    await two.getByRole('button', { name: 'Take the other words' }).click();
    assert.equal(await two.getByLabel('A next step').inputValue(), 'From the first window.');
    await Promise.all([one.close(), two.close()]);
  });

  test('author and reviewer write to each other', async () => {
    const page = await browser.newPage({ viewport: phone });
    await enter(page, address, who, places.claimed);
    await page.getByLabel('Your message').fill('May I ask what you saw first?');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.thread .mine').getByText('May I ask what you saw first?').waitFor();
    await page.close();
    const { items } = await instructor.get(`${places.claimed.replace('#', '/v1')}/thread`);
    assert.equal(items.at(-1).text, 'May I ask what you saw first?');
  });

  test('a follow-up is closed with what came of it', async () => {
    const { name, enrolments: [{ cohortId }] } = await someoneWantsToTalk();
    const page = await browser.newPage({ viewport: phone });
    await enter(page, address, who, `#/follow-ups/${cohortId}`);
    const entry = page.locator('.panel').filter({ hasText: name });
    await entry.getByText('asked for a talk').waitFor();
    await entry.locator('summary').click();
    await entry.getByLabel('What came of it?').selectOption('spoke');
    await entry.getByRole('button', { name: 'Close it' }).click();
    await page.getByText(`${name}: Closed.`).waitFor();
    await page.close();
    const { items: closed } = await instructor.get(`/v1/cohorts/${cohortId}/followups?status=closed`);
    assert.equal(closed.find(({ learner }) => learner.name === name).outcome, 'spoke');
  });

  test('an admin who must have a second factor turns it on, and is asked for it from then on', async () => {
    const page = await browser.newPage({ viewport: phone });
    await enter(page, address, 'admin');
    await page.getByText('Your role needs a second factor.').waitFor();
    await page.getByLabel('Present password').first().fill('learn-and-practise-1');
    await page.getByRole('button', { name: 'Turn it on' }).click();
    const secret = await page.locator('code').innerText();
    await page.getByLabel('Code').fill(codeOf(secret, await now()));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('Keep these recovery codes').waitFor();
    const recovery = await page.locator('.codes code').first().innerText();

    await page.goto('about:blank');
    await page.goto(address);
    await page.getByLabel('E-mail').first().fill('admin@example.org');
    await page.getByLabel('Password', { exact: true }).fill('learn-and-practise-1');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Code').fill('000000');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This code is wrong').waitFor();
    await page.getByLabel('Code').fill(recovery);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Today' }).waitFor();
    await page.close();
  });
});

/** What an authenticator app shows at a moment (RFC 6238). */
function codeOf(secret, moment) {
  const bits = [...secret.replace(/[\s=]/g, '')].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(moment / 30_000)));
  const hash = createHmac('sha1', key).update(step).digest();
  return String((hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
