// The front end that ships with the program, as a coach and those who are coached use it: sessions, steps, ratings.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { desktop, launch, missing, phone } from './browser.mjs';
import { startServer } from './server.mjs';
import { Keyboard, enter, testViews } from './shipped.mjs';

// The server's clock is set by the tests; so is the browser's, or no session would be of these days.
const now = new Date('2027-03-15T15:30:00Z');

describe('the front end for coaches', { skip: missing }, () => {
  let server, browser, address, coach;
  const places = {};

  before(async () => {
    server = await startServer();
    address = server.address;
    browser = await launch();
    coach = await server.signIn('instructor@example.org');
    const {
      coachees,
      awaitingClose: [item],
      next,
    } = await coach.get('/v1/me/coaching');
    const oscar = coachees.find(({ name }) => name === 'Oscar Lund');
    const { items: reviews } = await coach.get(`/v1/fidelity/reviews?subject=${oscar.personId}&status=locked`);
    const draft = await coach.post('/v1/fidelity/reviews', {
      instrument: 'cso-1',
      subjectId: oscar.personId,
      raterRole: 'coach',
      eventKind: 'simulated',
      eventMonth: '2027-03',
    });
    Object.assign(places, {
      coachee: `#/coaching-relationships/${oscar.relationshipId}`,
      log: `#/coaching-sessions/log/${oscar.personId}`,
      session: `#/coaching-sessions/${next.id}`,
      item: `#/action-items/${item.id}`,
      itemNew: `#/action-items/new/${oscar.enrolmentId}/${oscar.personId}`,
      ratingNew: `#/fidelity/reviews/new/${oscar.personId}`,
      rating: `#/fidelity/reviews/${draft.id}`,
      result: `#/fidelity/reviews/${reviews[0].id}`,
      trend: `#/people/${oscar.personId}/fidelity`,
    });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function open(viewport) {
    const page = await browser.newPage({ viewport });
    await page.clock.setFixedTime(now);
    return page;
  }

  const [who, coachee] = ['instructor', 'learner14'];
  testViews(() => ({ browser, address }), {
    'coaching-desk': { who, place: () => '#/coaching' },
    coachee: { who, place: () => places.coachee },
    'session-log': { who, place: () => places.log },
    'session-plan': { who, place: () => '#/coaching-sessions/plan' },
    session: { who, place: () => places.session },
    'action-item': { who, place: () => places.item },
    'action-item-new': { who, place: () => places.itemNew },
    'rating-new': { who, place: () => places.ratingNew },
    rating: { who, place: () => places.rating },
    result: { who, place: () => places.result },
    trend: { who, place: () => places.trend },
    'my-coaching': { who: coachee, place: () => '#/my-coaching' },
  });

  test('a coach logs a session with what was seen and said, by keyboard alone', async () => {
    const page = await open(phone);
    const keyboard = new Keyboard(page);
    await keyboard.signIn(address, who);
    await keyboard.press('Menu');
    await keyboard.press('Coaching desk');
    await keyboard.isAtHeading('Your coaching desk');
    const {
      coachees: [first],
    } = await coach.get('/v1/me/coaching');
    await keyboard.press('Log a session');
    await keyboard.isAtHeading('Log a session');
    await keyboard.to('who');
    await page.keyboard.press('Space');
    await keyboard.to('Not observed');
    await page.keyboard.type('At work');
    await keyboard.to(`told:${first.personId}`);
    await page.keyboard.press('Space');
    await keyboard.type(`feedback:${first.personId}`, 'You asked before you told. Write to ana.reyes@example.org.');
    await keyboard.press('Log it');
    await page.locator('mark').getByText('ana.reyes@example.org').waitFor();
    await keyboard.type(`feedback:${first.personId}`, 'You asked before you told, and waited.');
    await keyboard.press('Log it');
    await keyboard.isAtHeading(`Session with ${first.name}`);

    const session = await coach.get(new URL(page.url()).hash.replace('#', '/v1'));
    assert.equal(session.status, 'held');
    assert.deepEqual(
      session.feedback.map(({ text }) => text),
      ['You asked before you told, and waited.'],
    );
    const [{ attendance, observation, feedback }] = session.participants;
    assert.deepEqual([attendance, observation.kind, observation.month, feedback], ['attended', 'live', '2027-03', true]);
    const { items } = await coach.get(`/v1/coaching-sessions?person=${first.personId}&from=2027-03-15T00:00:00Z`);
    assert.equal(items.length, 1, 'the words were asked back, and the session is logged once');
    await page.close();
  });

  test('any instrument is rated by keyboard alone, and what is missing is pointed at', async () => {
    const page = await open(desktop);
    const keyboard = new Keyboard(page);
    await keyboard.signIn(address, who);
    await page.evaluate((place) => {
      location.hash = place;
    }, places.ratingNew);
    await keyboard.isAtHeading('Rate what you saw');
    await keyboard.to('consentConfirmed');
    await page.keyboard.press('Space');
    await keyboard.press('Begin');
    await keyboard.isAtHeading('Team Practice Observation');
    const { sections } = await coach.get('/v1/fidelity/instruments/tpo-1');
    const codes = sections.flatMap(({ items }) => items.map(({ code }) => code));
    const last = codes.pop();
    for (const code of codes) {
      await page.waitForFunction(() => document.activeElement !== null);
      for (let steps = 0; steps < 5 && (await page.evaluate(() => document.activeElement.name)) !== code; steps++)
        await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
    }
    await page.getByText(`${codes.length} of ${codes.length + 1} rated`).waitFor();
    await keyboard.press('Submit the ratings');
    await page.getByText('One line has no rating.').waitFor();
    await keyboard.press(last);
    assert.equal(await page.evaluate(() => document.activeElement.name), last);
    await page.keyboard.press('Space');
    await keyboard.press('Submit the ratings');
    await page.getByText('Final', { exact: true }).waitFor();
    const review = await coach.get(new URL(page.url()).hash.replace('#', '/v1'));
    assert.equal(review.status, 'locked');
    assert.deepEqual([review.ratings.A1, review.ratings[last]], [2, 0]);
    await page.close();
  });

  test('two windows on one rating keep both, and the rater chooses', async () => {
    const [one, two] = [await open(desktop), await open(desktop)];
    for (const page of [one, two]) await enter(page, address, who, places.rating);
    const first = (page) => page.locator('.item').first();
    await first(one).getByRole('radio').nth(3).check();
    await one.getByText(/^Saved$/).waitFor();
    await first(two).getByRole('radio').nth(1).check();
    await two.getByRole('heading', { name: 'Saved somewhere else meanwhile' }).waitFor();
    await two.getByRole('button', { name: 'Take the other words' }).click();
    assert.ok(await first(two).getByRole('radio').nth(3).isChecked());
    await Promise.all([one.close(), two.close()]);
  });

  test('what could point to a person is shown where it was written, and kept once its writer has looked', async () => {
    const page = await open(phone);
    await enter(page, address, who, places.rating);
    await page.locator('.item summary').first().click();
    const note = page.locator('.item textarea').first();
    await note.fill('Write to ana.reyes@example.org about it.');
    await page.locator('mark').getByText('ana.reyes@example.org').waitFor();
    await note.fill('On 12 March 2026 they asked first.');
    await page.locator('mark').getByText('12 March 2026').waitFor();
    await page.getByLabel('I have looked at these').check();
    await page.getByText(/^Saved$/).waitFor();
    await page.close();
    const { notes } = await coach.get(places.rating.replace('#', '/v1'));
    assert.deepEqual(Object.values(notes), ['On 12 March 2026 they asked first.']);
  });

  test('notes that another window has changed are not overwritten, and nothing that was typed is lost', async () => {
    const [one, two] = [await open(desktop), await open(desktop)];
    for (const page of [one, two]) await enter(page, address, who, places.session);
    await one.getByLabel('Note for all').fill('We listened to ten minutes of a recording.');
    await one.getByRole('button', { name: 'Save the notes' }).click();
    await one.getByText('Saved. Whoever took part can read it.').waitFor();
    await two.getByLabel('Note for all').fill('We practised a question.');
    await two.getByRole('button', { name: 'Save the notes' }).click();
    await two.getByText('This session was changed in another window.').waitFor();
    // A reload asks for the password, and has the words.
    await two.reload();
    await enter(two, address, who, places.session);
    assert.equal(await two.getByLabel('Note for all').inputValue(), 'We practised a question.');
    await Promise.all([one.close(), two.close()]);
  });

  test('a learner agrees to a step in words of their own, and tells how it went', async () => {
    const page = await open(phone);
    const keyboard = new Keyboard(page);
    await keyboard.signIn(address, 'learner15');
    await keyboard.press('Menu');
    await keyboard.press('My coaching');
    await keyboard.isAtHeading('My coaching');
    await keyboard.press('If I hear a reason to change');
    await keyboard.isAtHeading('Your step');
    await keyboard.type('action', 'I will say it back in my own words');
    await keyboard.press('Agree to it');
    await page.getByText('Agreed. We will ask you how it goes.').waitFor();
    await page.locator('.panel').getByText('I will say it back in my own words').waitFor();
    await keyboard.to('level');
    await page.keyboard.press('Space');
    await keyboard.press('Tell it');
    await page.getByText('by their own word').waitFor();
    await page.close();
  });

  test('a learner chooses what the coach may see', async () => {
    const page = await open(phone);
    await enter(page, address, coachee, '#/my-coaching');
    const box = page.getByLabel('Reflections that were handed in');
    const before = await box.isChecked();
    await box.setChecked(!before);
    await page.getByRole('button', { name: 'Save what I share' }).click();
    await page.getByText('Saved.', { exact: true }).waitFor();
    const learner = await server.signIn(`${coachee}@example.org`);
    const {
      items: [relationship],
    } = await learner.get('/v1/coaching-relationships?as=coachee');
    assert.equal(relationship.shares.reflections, !before);
    await page.close();
  });
});
