// The front end that ships with the program, as a learner uses it: on a phone and a desk, by keyboard alone, with the line cut.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { desktop, launch, missing, phone } from './browser.mjs';
import { serveElsewhere } from './elsewhere.mjs';
import { startServer } from './server.mjs';
import { texts } from '../../../src/MiiWrap.Learning.Api/wwwroot/texts.en.js';
import { Keyboard, enter, go, signIn, testViews } from './shipped.mjs';

describe('the front end for learners', { skip: missing }, () => {
  let server, browser, address, pages;
  const places = {};

  before(async () => {
    pages = await serveElsewhere(() => server.address);
    server = await startServer({ Cors__Origins: `http://localhost:${pages.address().port}` });
    address = server.address;
    browser = await launch();
    const me = await (await server.signIn('learner1@example.org')).get('/v1/me');
    places.journey = `#/enrolments/${me.enrolments[0].id}`;
    places.accepted = `${places.journey}/reflections/1.3-guide-dont-fix`;
    places.unit = `${places.journey}/units/2.4-watching-voice-and-power`;
    places.material = '#/curricula/miiwrap-coaching-cohort/versions/1/materials/2.4-team-meeting';
    places.reflection = await reflectionOf('learner1');
    places.revise = await someRevision();
    asked = await someAsk();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    pages?.close();
  });

  let asked;

  /** An open check-in of the demonstration, and whose it is. */
  async function someAsk() {
    for (let number = 2; number <= 12; number++) {
      const { checkIns } = await (await server.signIn(`learner${number}@example.org`)).get('/v1/me/next');
      if (checkIns.length) return { name: `learner${number}`, ask: checkIns[0] };
    }
    throw new Error('Nobody has an open check-in.');
  }

  /** Where the reflection is written of the unit that comes next. */
  async function reflectionOf(name) {
    const { next } = await (await server.signIn(`${name}@example.org`)).get('/v1/me/next');
    return next.href.replace('/v1', '#').replace('/units/', '/reflections/');
  }

  /** A reflection that was sent back, with what was written about it. */
  async function someRevision() {
    const learner = await server.signIn('learner4@example.org');
    const { enrolments: [{ id }] } = await learner.get('/v1/me');
    const { modules } = await learner.get(`/v1/enrolments/${id}`);
    const { assignment } = modules.flatMap(({ units }) => units).find((unit) => unit.assignment?.status === 'revise');
    return `#/enrolments/${id}/reflections/${assignment.slug}`;
  }

  const first = (page) => page.locator('textarea').first();
  const saved = (page) => page.getByText(/^Saved at/).waitFor();

  testViews(() => ({ browser, address }), {
    journey: { who: 'learner1', place: () => places.journey },
    unit: { who: 'learner1', place: () => places.unit },
    material: { who: 'learner1', place: () => places.material },
    reflection: { who: 'learner1', place: () => places.reflection },
    accepted: { who: 'learner1', place: () => places.accepted, then: (page) => page.getByText('Who has opened it').click() },
    settings: { who: 'learner1', place: () => '#/settings', then: (page) => page.locator('summary').click() },
    account: { who: 'learner1', place: () => '#/account' },
    today: { who: 'learner4', place: () => '#/', then: (page) => page.locator('main').getByText('See the whole journey').waitFor() },
    'to-revise': { who: 'learner4', place: () => places.revise },
  });

  test('the first paint needs less than 100 kB, and nothing of anybody else', async () => {
    const page = await browser.newPage({ viewport: phone });
    const sizes = [];
    page.on('response', (response) => sizes.push(response.request().sizes().then(({ responseBodySize }) => [response.url(), responseBodySize])));
    await page.goto(address);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.waitForLoadState('networkidle');
    const loaded = await Promise.all(sizes);
    assert.ok(loaded.length > 5, 'too little was looked at');
    for (const [url] of loaded) assert.ok(url.startsWith(address), url);
    const bytes = loaded.reduce((sum, [, size]) => sum + size, 0);
    assert.ok(bytes < 100_000, `${bytes} bytes`);
    await page.close();
  });

  test('a learner reads, plans, writes and hands in by keyboard alone', async () => {
    const page = await browser.newPage({ viewport: phone });
    const keyboard = new Keyboard(page);
    // What the page's own policy forbids it is told here.
    const faults = [];
    page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
    await keyboard.signIn(address, 'learner3');
    await keyboard.press('Read');
    await page.getByRole('heading', { name: 'What will you do with it?' }).waitFor();
    await keyboard.type('cue', 'I next sit down with a facilitator');
    await keyboard.type('action', 'ask before I tell');
    await keyboard.press('I have completed this unit');
    await page.getByText('We will ask you on').waitFor();
    assert.match(await keyboard.focused(), /We will ask you on/);
    await keyboard.press('Write about it');
    await keyboard.isAtHeading('Your reflection');
    const areas = await page.locator('form textarea').all();
    await keyboard.to(await areas[0].getAttribute('name'));
    for (const area of areas) {
      assert.ok(await area.evaluate((a) => a === document.activeElement));
      await page.keyboard.type('I asked for two ideas before I offered one, and the room went quiet in a good way.');
      await page.keyboard.press('Tab');
    }
    await saved(page);
    await keyboard.press('Hand it in');
    await page.getByText('It has been handed in').waitFor();
    assert.deepEqual(faults, []);
    await page.close();
  });

  test('words written in two windows are both kept, and the writer chooses', async () => {
    const [one, two] = await Promise.all([browser.newPage({ viewport: phone }), browser.newPage({ viewport: desktop })]);
    for (const page of [one, two]) await enter(page, address, 'learner1', places.reflection);
    await first(one).fill('Words from the phone.');
    await saved(one);
    await first(two).fill('Words from the desk.');
    await two.getByRole('heading', { name: 'Saved somewhere else meanwhile' }).waitFor();
    assert.equal(await first(two).inputValue(), 'Words from the desk.');
    await two.getByText('Words from the phone.').waitFor();
    // Leaving without a choice loses nothing, and whoever signs in again goes on where they were.
    await two.reload();
    await signIn(two, 'learner1');
    await two.getByRole('heading', { name: 'Saved somewhere else meanwhile' }).waitFor();
    assert.equal(await first(two).inputValue(), 'Words from the desk.');
    if (process.env.SCREENSHOTS) await two.screenshot({ path: `${process.env.SCREENSHOTS}/web-conflict-1280-light.png` });
    await two.getByRole('button', { name: 'Keep my words' }).click();
    await saved(two);
    await two.getByText('Your words that you put aside').click();
    await two.locator('.aside').getByText('Words from the phone.').waitFor();

    await first(one).fill('Other words from the phone.');
    await one.getByRole('heading', { name: 'Saved somewhere else meanwhile' }).waitFor();
    await one.getByRole('button', { name: 'Take the other words' }).click();
    assert.equal(await first(one).inputValue(), 'Words from the desk.');
    await one.getByText('Your words that you put aside').click();
    await one.locator('.aside').getByText('Other words from the phone.').waitFor();
    await Promise.all([one.close(), two.close()]);
  });

  test('with the line cut words stay on the device, and are saved when it is back', async () => {
    const place = await reflectionOf('learner6');
    const context = await browser.newContext({ viewport: phone });
    const page = await context.newPage();
    await enter(page, address, 'learner6', place);
    await context.setOffline(true);
    await first(page).fill('Written in the tunnel.');
    await page.getByText('kept on this device').waitFor();
    await page.getByRole('button', { name: 'Hand it in' }).click();
    await page.getByText('cannot be handed in before every word is saved').waitFor();
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Not everything is saved yet').waitFor();
    await context.setOffline(false);
    await saved(page);

    // The browser dies in the tunnel.
    await context.setOffline(true);
    await first(page).fill('Written in the second tunnel.');
    await page.getByText('kept on this device').waitFor();
    await page.close();
    await context.setOffline(false);
    const later = await context.newPage();
    await enter(later, address, 'learner6', place);
    assert.equal(await first(later).inputValue(), 'Written in the second tunnel.');
    // Gone from the device: the server has them. The page that died may have got them there itself with its last breath, and then nothing is saved now.
    await later.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith('learning.draft:')));
    const { draft } = await (await server.signIn('learner6@example.org')).get(place.replace('#', '/v1'));
    assert.ok(Object.values(draft.answers).includes('Written in the second tunnel.'));
    assert.deepEqual(await later.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage)]), [['learning.device'], []], 'no token is kept on the device');
    await context.close();
  });

  test('what could point to a person is shown where it stands, and before it is handed in', async () => {
    const page = await browser.newPage({ viewport: phone });
    await enter(page, address, 'learner7', await reflectionOf('learner7'));
    for (const area of await page.locator('form textarea').all()) await area.fill('I wrote to ana.reyes@example.org about it.');
    await page.locator('.field').first().getByText('may be an e-mail address; please take it out').waitFor();
    await page.getByRole('button', { name: 'Hand it in' }).click();
    await page.getByText('Someone could be recognised').waitFor();
    assert.equal(await page.locator('mark').first().innerText(), 'ana.reyes@example.org');
    await page.close();
  });

  test('feedback stands beside the prompt that it speaks to, and the writer goes on from the last words', async () => {
    const page = await browser.newPage({ viewport: desktop });
    await enter(page, address, 'learner4', places.revise);
    const { revisions: [{ answers, review: { comments } }] } = await (await server.signIn('learner4@example.org')).get(places.revise.replace('#', '/v1'));
    const [[prompt, comment]] = Object.entries(comments);
    const field = page.locator('.field').filter({ has: page.locator(`[name="${prompt}"]`) });
    await field.getByText(comment).waitFor();
    assert.equal(await field.locator('textarea').inputValue(), answers[prompt]);
    await page.close();
  });

  test('a check-in is answered in two taps, and says what could help', async () => {
    const { name, ask } = asked;
    const page = await browser.newPage({ viewport: phone });
    await enter(page, address, name);
    const checkIn = page.locator('.panel').filter({ hasText: 'How did it go?' });
    await checkIn.getByLabel('Not yet').check();
    await checkIn.getByRole('button', { name: 'Answer' }).click();
    assert.ok(await checkIn.getByLabel('What stood in the way?').evaluate((select) => select.matches(':invalid')), 'not yet asks for what stood in the way');
    await checkIn.getByLabel('What stood in the way?').selectOption('noTime');
    await checkIn.getByRole('button', { name: 'Answer' }).click();
    await page.getByText(/^Thank you\. \S/).waitFor();
    const { checkIns } = await (await server.signIn(`${name}@example.org`)).get('/v1/me/next');
    assert.ok(checkIns.every((other) => other.id !== ask.id));
    await page.close();
  });

  test('whoever is signed out while they write signs in again and finds every word', async () => {
    const page = await browser.newPage({ viewport: phone });
    await enter(page, address, 'learner1', places.accepted);
    await page.getByLabel('Your message').fill('I have thought about your question.');
    // Somebody ends it from another device.
    const elsewhere = await server.signIn('learner1@example.org');
    const { items } = await elsewhere.get('/v1/me/sign-ins');
    for (const { id, isCurrent } of items) if (!isCurrent) await elsewhere.delete(`/v1/me/sign-ins/${id}`);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Your sign-in has ended. What you wrote is kept.').waitFor();
    await page.locator('.told').getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('you go on where you were').waitFor();
    await signIn(page, 'learner1');
    assert.equal(await page.getByLabel('Your message').inputValue(), 'I have thought about your question.');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.thread').getByText('I have thought about your question.').waitFor();
    await page.close();
  });

  test('pictures of a unit are fetched with the token of their reader, and its links lead to pages here', async () => {
    const page = await browser.newPage({ viewport: phone });
    const image = '/v1/curricula/miiwrap-coaching-cohort/versions/1/images/map.png';
    // The course has no picture at present.
    await page.route(`**${places.unit.slice(1)}`, async (route) => {
      const response = await route.fetch();
      const unit = await response.json();
      await route.fulfill({ response, json: { ...unit, html: `<p><img src="${image}" alt="A map of voices" /></p>${unit.html}` } });
    });
    let token;
    await page.route(`**${image}`, (route, request) => {
      token = request.headers().authorization;
      return route.fulfill({ contentType: 'image/png', body: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64') });
    });
    await enter(page, address, 'learner1', places.unit);
    await page.waitForFunction(() => document.querySelector('img[alt="A map of voices"]')?.naturalWidth === 1);
    assert.match(token, /^Bearer /);
    await page.getByRole('link', { name: 'the practice meeting' }).click();
    await page.getByRole('heading', { name: 'A practice meeting: the afternoons' }).waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('heading', { name: 'Watching voice and power' }).waitFor();
    await page.close();
  });

  test('every problem that the texts speak of is one of the API', async () => {
    const { items } = await (await fetch(`${address}/problems`, { headers: { Accept: 'application/json' } })).json();
    const codes = items.map(({ code }) => code);
    assert.deepEqual(Object.keys(texts.problems).filter((code) => code.includes('.') && !codes.includes(code)), []);
  });

  test('quiet hours are changed, and days away are planned', async () => {
    const page = await browser.newPage({ viewport: desktop });
    await enter(page, address, 'learner8', '#/settings');
    await page.getByLabel('From').fill('20:00');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    await page.getByText('Add these days').first().click();
    await page.getByLabel('First day').fill('2027-04-01');
    await page.getByLabel('Last day').fill('2027-04-05');
    await page.getByRole('button', { name: 'Add these days' }).click();
    await page.getByText('Thursday, April 1 to Monday, April 5').waitFor();
    const learner = await server.signIn('learner8@example.org');
    assert.equal((await learner.get('/v1/me/preferences')).quietHours.start, '20:00');
    assert.deepEqual((await learner.get('/v1/me/leave')).periods, [{ from: '2027-04-01', until: '2027-04-05' }]);
    await page.close();
  });

  test('another host may serve the same files, and writes are saved from there', async () => {
    const page = await browser.newPage({ viewport: desktop });
    await enter(page, `http://localhost:${pages.address().port}`, 'learner9', await reflectionOf('learner9'));
    await first(page).fill('Written on a page of another origin.');
    await saved(page);
    await first(page).fill('Written there again.');
    await page.getByText('Not saved yet').waitFor();
    await saved(page);
    await page.close();
  });
});
