// The reference page, served from another origin, as a learner uses it: on a phone and a desk, by keyboard alone, with the line cut.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serve } from '../frontend/page/serve.mjs';
import { desktop, launch, look, missing, phone } from './browser.mjs';
import { startServer } from './server.mjs';

const password = 'learn-and-practise-1';

describe('the reference page', { skip: missing }, () => {
  let pages, server, browser, address;

  before(async () => {
    pages = await serve(0);
    const origin = `http://localhost:${pages.address().port}`;
    server = await startServer({ Cors__Origins: origin });
    address = `${origin}/?api=${encodeURIComponent(server.address)}`;
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    pages?.close();
  });

  const settled = (page) => page.waitForLoadState('networkidle');

  async function enter(page, name = 'learner1') {
    await page.goto(address);
    await page.getByLabel('E-mail').fill(`${name}@example.org`);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Today' }).waitFor();
  }

  async function open(page, path) {
    // The heading of the view that is left stands until the other one is there.
    await page.evaluate((to) => {
      document.querySelector('h1')?.setAttribute('data-left', '');
      location.hash = to;
    }, path);
    await page.locator('h1:not([data-left])').waitFor();
    await settled(page);
  }

  /** An open check-in of the demonstration, and whose it is. */
  async function someAsk() {
    for (let number = 2; number <= 12; number++) {
      const { checkIns } = await (await server.signIn(`learner${number}@example.org`)).get('/v1/me/next');
      if (checkIns.length) return { name: `learner${number}`, ask: checkIns[0] };
    }
    throw new Error('Nobody has an open check-in.');
  }

  /** The reflection of the unit that comes next. */
  async function reflectionOf(name) {
    const { next } = await (await server.signIn(`${name}@example.org`)).get('/v1/me/next');
    return next.href.replace('/units/', '/reflections/');
  }

  const views = {
    'sign-in': (page) => page.goto(address),
    home: (page) => enter(page),
    unit: async (page) => {
      await enter(page);
      await page.locator('.next a').click();
      await page.getByRole('heading', { name: 'What will you do with it?' }).waitFor();
    },
    reflection: async (page) => {
      await enter(page);
      await open(page, await reflectionOf('learner1'));
    },
    ask: async (page) => {
      const { name, ask } = await someAsk();
      await enter(page, name);
      await open(page, `/asks/${ask.id}`);
      await page.getByLabel('Not yet').check();
    },
  };
  for (const [name, fill] of Object.entries(views)) {
    for (const viewport of [phone, desktop]) {
      for (const colorScheme of ['light', 'dark']) {
        test(`${name} reads well at ${viewport.width} px, ${colorScheme}, and passes axe`, () => look(browser, { name: `reference-${name}`, viewport, colorScheme }, async (page) => {
          await fill(page);
          await settled(page);
        }));
      }
    }
  }

  test('a learner reads, plans, writes and hands in by keyboard alone', async () => {
    const page = await browser.newPage({ viewport: phone });
    const focused = () => page.evaluate(() => document.activeElement.innerText || document.activeElement.name);
    /** Goes on with Tab until the focus is on what has these words. */
    const tabTo = async (words) => {
      for (let steps = 0; steps < 80; steps++) {
        if ((await focused())?.includes(words)) return;
        await page.keyboard.press('Tab');
      }
      assert.fail(`${words} is not reached by Tab`);
    };
    await page.goto(address);
    await tabTo('email');
    await page.keyboard.type('learner3@example.org');
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Today' }).waitFor();
    await settled(page);
    assert.equal(await focused(), 'Today', 'a reader is put at the heading of what is new');
    await tabTo('Read:');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'What will you do with it?' }).waitFor();
    await settled(page);
    await tabTo('cue');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('I next sit down with a facilitator');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('ask before I tell');
    await tabTo('I have completed this unit');
    await page.keyboard.press('Enter');
    await page.getByText('We will ask you on').waitFor();
    assert.match(await focused(), /We will ask you on/);
    await tabTo('Write about it');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your reflection' }).waitFor();
    await settled(page);
    const areas = await page.locator('textarea').all();
    await tabTo(await areas[0].getAttribute('name'));
    for (const area of areas) {
      assert.ok(await area.evaluate((a) => a === document.activeElement));
      await page.keyboard.type('I asked for two ideas before I offered one, and the room went quiet in a good way.');
      await page.keyboard.press('Tab');
    }
    await page.getByText(/^Saved at/).waitFor();
    await tabTo('Hand it in');
    await page.keyboard.press('Enter');
    await page.getByText('It has been handed in').waitFor();
    await page.close();
  });

  test('words written in two windows are both kept, and the writer chooses', async () => {
    const path = await reflectionOf('learner1');
    const [one, two] = await Promise.all([browser.newPage({ viewport: phone }), browser.newPage({ viewport: desktop })]);
    for (const page of [one, two]) {
      await enter(page);
      await open(page, path);
    }
    const first = (page) => page.locator('textarea').first();
    await first(one).fill('Words from the phone.');
    await one.getByText(/^Saved at/).waitFor();
    await first(two).fill('Words from the desk.');
    await two.getByRole('heading', { name: 'Saved somewhere else meanwhile' }).waitFor();
    assert.equal(await first(two).inputValue(), 'Words from the desk.');
    await two.getByText('Words from the phone.').waitFor();
    // Leaving without a choice loses nothing.
    await two.reload();
    await two.getByRole('heading', { name: 'Saved somewhere else meanwhile' }).waitFor();
    assert.equal(await first(two).inputValue(), 'Words from the desk.');
    if (process.env.SCREENSHOTS) await two.screenshot({ path: `${process.env.SCREENSHOTS}/reference-conflict-1280-light.png` });
    await two.getByRole('button', { name: 'Keep my words' }).click();
    await two.getByText(/^Saved at/).waitFor();
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
    const path = await reflectionOf('learner4');
    const context = await browser.newContext({ viewport: phone });
    const page = await context.newPage();
    await enter(page, 'learner4');
    await open(page, path);
    await context.setOffline(true);
    await page.locator('textarea').first().fill('Written in the tunnel.');
    await page.getByText('kept on this device').waitFor();
    await page.getByRole('button', { name: 'Hand it in' }).click();
    await page.getByText('cannot be handed in before every word is saved').waitFor();
    await context.setOffline(false);
    await page.getByText(/^Saved at/).waitFor();

    // The browser dies in the tunnel.
    await context.setOffline(true);
    await page.locator('textarea').first().fill('Written in the second tunnel.');
    await page.getByText('kept on this device').waitFor();
    await page.close();
    await context.setOffline(false);
    const later = await context.newPage();
    await enter(later, 'learner4');
    await open(later, path);
    assert.equal(await later.locator('textarea').first().inputValue(), 'Written in the second tunnel.');
    // Gone from the device: the server has them. The page that died may have got them there itself with its last breath, and then nothing is saved now.
    await later.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith('practice-log.draft:')));
    const { draft } = await (await server.signIn('learner4@example.org')).get(path);
    assert.ok(Object.values(draft.answers).includes('Written in the second tunnel.'));
    await context.close();
  });

  test('what could point to a person is shown before it is handed in', async () => {
    const page = await browser.newPage({ viewport: phone });
    await enter(page, 'learner5');
    await open(page, await reflectionOf('learner5'));
    for (const area of await page.locator('textarea').all()) await area.fill('I wrote to ana.reyes@example.org about it.');
    await page.getByRole('button', { name: 'Hand it in' }).click();
    await page.getByText('may be an e-mail address; please take it out').first().waitFor();
    assert.equal(await page.locator('mark').first().innerText(), 'ana.reyes@example.org');
    await page.close();
  });

  test('a check-in is answered, and says what could help', async () => {
    const { name, ask } = await someAsk();
    const page = await browser.newPage({ viewport: phone });
    await enter(page, name);
    await page.locator('.asks a').first().click();
    await page.getByLabel('Not yet').check();
    await page.getByRole('button', { name: 'Answer' }).click();
    assert.ok(await page.getByLabel('What stood in the way?').evaluate((select) => select.matches(':invalid')), 'not yet asks for what stood in the way');
    await page.getByLabel('What stood in the way?').selectOption('noTime');
    await page.getByRole('button', { name: 'Answer' }).click();
    await page.getByText(/^Thank you\. \S/).waitFor();
    const { checkIns } = await (await server.signIn(`${name}@example.org`)).get('/v1/me/next');
    assert.ok(checkIns.every((other) => other.id !== ask.id));
    await page.close();
  });
});
