// The front end that ships with the program, as its tests use it: signing in, going somewhere, and the keyboard alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desktop, inspect, phone } from './browser.mjs';

const password = 'learn-and-practise-1';
const mostRequests = 4;

/** Signs somebody of the demonstration in; the place is where the address leads, such as '#/settings'. */
export async function enter(page, address, name, place = '') {
  await page.goto(`${address}/${place}`);
  await signIn(page, name);
}

/** Signs in on the page that asks for it. */
export async function signIn(page, name) {
  await page.getByLabel('E-mail').first().fill(`${name}@example.org`);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('h1').filter({ hasNotText: 'Sign in' }).waitFor();
}

/** Goes to another view: the one that is left stands until the other is there. */
export async function go(page, place) {
  await page.evaluate((to) => {
    document.querySelector('h1').dataset.left = '';
    location.hash = to;
  }, place);
  await page.locator('h1:not([data-left])').waitFor();
}

/** Somebody without a mouse. */
export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  /** The words of what has the focus, or the name of a field. */
  focused() {
    return this.page.evaluate(() => {
      const { activeElement: element, body } = document;
      return element === body ? '' : element.innerText || element.name || '';
    });
  }

  /** Goes on with Tab until the focus is on what has these words. */
  async to(words) {
    for (let steps = 0; steps < 120; steps++) {
      if ((await this.focused()).includes(words)) return;
      await this.page.keyboard.press('Tab');
    }
    assert.fail(`${words} is not reached by Tab; the focus is on ${await this.focused()}`);
  }

  async press(words) {
    await this.to(words);
    await this.page.keyboard.press('Enter');
  }

  async type(name, text) {
    await this.to(name);
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.type(text);
  }

  async signIn(address, name) {
    await this.page.goto(address);
    await this.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await this.type('email', `${name}@example.org`);
    await this.type('password', password);
    await this.page.keyboard.press('Enter');
    await this.isAtHeading('Today');
  }

  /** A reader is put at the heading of what is new. */
  async isAtHeading(words) {
    await this.page.getByRole('heading', { name: words, level: 1 }).waitFor();
    await this.page.waitForFunction(() => document.activeElement.localName === 'h1');
  }
}

/**
 * Tests that walk somebody through views at both widths, in light and dark: each fits, passes axe, and needs few requests.
 *
 * @param {() => { browser: any, address: string }} at known when the tests run
 * @param {Record<string, { who: string, place: () => string, then?: (page) => Promise<void> }>} views by name; `then` opens what is folded
 */
export function testViews(at, views) {
  // Widths and colours have little to do with each other, and time is dear: pictures are taken of all four.
  const looks = [[phone, 'light'], [desktop, 'dark'], ...(process.env.SCREENSHOTS ? [[phone, 'dark'], [desktop, 'light']] : [])];
  for (const [viewport, colorScheme] of looks) {
    test(`${Object.keys(views).join(', ')} read well at ${viewport.width} px, ${colorScheme}, and need few requests`, async () => {
      const { browser, address } = at();
      for (const who of new Set(Object.values(views).map((view) => view.who))) {
        // axe is put into the page, which the page's own policy rightly forbids.
        const context = await browser.newContext({ viewport, colorScheme, bypassCSP: true });
        const page = await context.newPage();
        const faults = [];
        page.on('pageerror', (error) => faults.push(error.message));
        let requests = 0;
        page.on('request', (request) => { if (new URL(request.url()).pathname.startsWith('/v1/')) requests++; });
        await enter(page, address, who);
        for (const [name, view] of Object.entries(views).filter(([, view]) => view.who === who)) {
          requests = 0;
          await go(page, view.place());
          assert.ok(requests > 0 && requests <= mostRequests, `${name} needs ${requests} requests`);
          await view.then?.(page);
          await inspect(page, { name: `web-${name}`, viewport, colorScheme });
        }
        assert.deepEqual(faults, []);
        await context.close();
      }
    });
  }
}
