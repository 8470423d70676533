// A browser for the tests, and what every page of ours is held to.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => file && existsSync(file));

/** Why a test cannot run here; false when it can. */
export const missing = executablePath ? false : 'Chromium is not installed: put it at /usr/bin/chromium or name it in CHROMIUM';

export const phone = { width: 390, height: 844 };
export const desktop = { width: 1280, height: 900 };

export const launch = () =>
  chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });

/** Shows a page at one width and in one colour scheme. `open` is given the page and fills it. */
export async function look(browser, { name, viewport, colorScheme = 'light', headers = {} }, open) {
  // axe is put into the page, which the page's own policy rightly forbids.
  const context = await browser.newContext({ viewport, colorScheme, extraHTTPHeaders: headers, bypassCSP: true });
  try {
    const page = await context.newPage();
    await open(page);
    await inspect(page, { name, viewport, colorScheme });
    return page;
  } finally {
    await context.close();
  }
}

/** Holds what a page shows now to its width and to axe; needs a context with bypassCSP. */
export async function inspect(page, { name, viewport, colorScheme }) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(overflow, 0, `${name} at ${viewport.width} px is ${overflow} px too wide`);
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() => window.axe.run());
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.html.slice(0, 120)).join('; ')})`), [], `${name} at ${viewport.width} px, ${colorScheme}`);
  assert.ok(passes.length > 10, `axe looked at too little of ${name}`);
  if (process.env.SCREENSHOTS) {
    mkdirSync(process.env.SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}-${viewport.width}-${colorScheme}.png`), fullPage: true });
  }
}
