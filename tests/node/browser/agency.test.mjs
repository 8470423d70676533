// The front end that ships with the program, as those use it who lead an agency or the programme: what became of coaching.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { desktop, launch, missing, phone } from './browser.mjs';
import { startServer } from './server.mjs';
import { Keyboard, enter, go, testViews } from './shipped.mjs';

describe('the front end for leaders of agencies', { skip: missing }, () => {
  let server, browser, address, agency;

  before(async () => {
    server = await startServer();
    address = server.address;
    browser = await launch();
    agency = (await (await server.signIn('supervisor@example.org')).get('/v1/agencies')).items[0];
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  testViews(() => ({ browser, address }), {
    agency: { who: 'supervisor', place: () => '#/agencies' },
    programme: { who: 'admin', place: () => '#/implementation' },
    agencies: { who: 'admin', place: () => '#/agencies' },
    'agency-people': { who: 'admin', place: () => `#/agencies/${agency.id}/people` },
  });

  test('an agency’s leader comes to its figures by keyboard alone, with a chart in words as well', async () => {
    const page = await browser.newPage({ viewport: desktop });
    const faults = [];
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    const keyboard = new Keyboard(page);
    await keyboard.signIn(address, 'supervisor');
    await keyboard.press('My agency');
    await keyboard.isAtHeading('Coaching and its surroundings: Riverbend Family Services');
    const text = await page.locator('main').innerText();
    assert.match(text, /This page cannot say what caused what\./);
    assert.match(text, /Caregiver or youth at the meeting[\s\S]*?Not chance alone: \d+ months in a row above the median/);
    assert.match(text, /too few people to tell/);
    assert.doesNotMatch(text, /undefined|null|NaN|\[object/);
    const chart = page.getByRole('img', { name: /Before and after coaching began, Riverbend Family Services/ });
    // What it shows stands in its description, and its style has come through the page's own policy.
    assert.match(await chart.locator('desc').textContent(), /Facilitator turnover: \d/);
    assert.equal(
      await chart
        .locator('text')
        .first()
        .evaluate((line) => getComputedStyle(line).fontWeight),
      '700',
    );
    assert.deepEqual(faults, []);
    await page.close();
  });

  test('the page prints without what only a screen needs', async () => {
    const page = await browser.newPage({ viewport: desktop });
    await enter(page, address, 'supervisor', '#/agencies');
    await page.getByRole('heading', { name: /^Coaching and its surroundings/ }).waitFor();
    await page.emulateMedia({ media: 'print' });
    assert.deepEqual(await page.getByRole('button').filter({ visible: true }).allInnerTexts(), []);
    assert.ok(await page.getByRole('table').first().isVisible());
    await page.close();
  });

  test('the programme has each agency by name, as a way to its own page', async () => {
    const page = await browser.newPage({ viewport: desktop });
    await enter(page, address, 'admin', '#/implementation');
    const text = await page.locator('main').innerText();
    assert.match(text, /This page cannot say what caused what\./);
    assert.doesNotMatch(text, /undefined|null|NaN|\[object/);
    await page.getByRole('link', { name: 'Riverbend Family Services' }).click();
    await page.getByRole('heading', { name: 'Coaching and its surroundings: Riverbend Family Services' }).waitFor();
    await page.close();
  });

  test('an admin adds an agency and says who runs it', async () => {
    const page = await browser.newPage({ viewport: phone });
    await enter(page, address, 'admin', '#/agencies');
    await page.getByLabel('Name').fill('Hillside Family Services');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByRole('heading', { name: 'People of Hillside Family Services' }).waitFor();
    await page.getByLabel('Find by name or address').fill('gail');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByLabel('Gail Whitfield').check();
    await page.getByLabel('Agency admin').check();
    await page.getByRole('button', { name: 'Give it' }).click();
    await page.getByText('Given.').waitFor();
    await page.getByText('Gail Whitfield').first().waitFor();
    await go(page, '#/agencies');
    await page.getByText('Hillside Family Services').waitFor();
    await page.close();
  });
});
