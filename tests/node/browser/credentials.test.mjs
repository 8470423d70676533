// A credential's page as anybody sees it who was given its address: on a phone and a desk, light and dark, and on paper.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { desktop, launch, look, missing, phone } from './browser.mjs';
import { startServer } from './server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'learning-credentials-'));
const settings = { ConnectionStrings__Learning: `Data Source=${join(folder, 'learning.db')}`, Clock__StartAt: '2027-03-15T15:00:00Z' };

describe("a credential's page", { skip: missing }, () => {
  let server;
  let browser;
  const pages = {};

  before(async () => {
    server = await startServer(settings);
    browser = await launch();
    const [rosa, samir, admin] = await Promise.all(['learner16', 'learner17', 'admin'].map((name) => server.signIn(`${name}@example.org`)));
    const { items } = await rosa.get('/v1/me/credentials');
    const { items: [revoked] } = await samir.get('/v1/me/credentials');
    await admin.post(`/v1/credentials/${revoked.id}/revoke`, { reason: 'Two of the reflections were by somebody else.' });
    pages.ending = new URL(items.find((c) => c.code === 'practising-coach').url).pathname;
    pages['for-good'] = new URL(items.find((c) => c.code === 'coaching-cohort-completion').url).pathname;
    pages.revoked = new URL(revoked.url).pathname;
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('it says who holds what, how it stands today, and nobody’s address', async () => {
    const page = await browser.newPage({ viewport: desktop });
    await page.goto(server.address + pages.ending);
    const text = await page.locator('main').innerText();
    const scripts = await page.locator('script').count();
    await page.close();
    assert.match(text, /Practising Coach[\s\S]*Rosa Delgado[\s\S]*Valid today[\s\S]*Valid until\s+4 April 2027/);
    assert.doesNotMatch(text, /@example\.org/);
    assert.equal(scripts, 0);
  });

  test('what was revoked says so', async () => {
    const page = await browser.newPage({ viewport: phone });
    await page.goto(server.address + pages.revoked);
    assert.match(await page.locator('.state').innerText(), /^Revoked on /);
    await page.close();
  });

  test('its QR code is square, dark on white whatever the colours are, and wide enough for a camera', async () => {
    for (const colorScheme of ['light', 'dark']) {
      const page = await browser.newPage({ viewport: phone, colorScheme });
      await page.goto(server.address + pages.ending);
      const code = page.locator('.proof svg');
      const box = await code.boundingBox();
      assert.ok(box.width >= 100 && Math.abs(box.width - box.height) < 1);
      assert.deepEqual(await code.locator('path').evaluateAll((paths) => paths.map((p) => getComputedStyle(p).fill)), ['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
      await page.close();
    }
  });

  for (const name of ['ending', 'for-good', 'revoked']) {
    for (const format of ['A4', 'Letter']) {
      test(`the one ${name} prints on one sheet of ${format}`, async () => {
        const page = await browser.newPage({ viewport: desktop, colorScheme: 'dark' });
        await page.goto(server.address + pages[name]);
        const pdf = await page.pdf({ format, preferCSSPageSize: false, landscape: true, printBackground: true });
        if (process.env.SCREENSHOTS) writeFileSync(join(process.env.SCREENSHOTS, `credential-${name}-${format}.pdf`), pdf);
        await page.close();
        assert.equal(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length, 1);
      });
    }
    for (const viewport of [phone, desktop]) {
      for (const colorScheme of ['light', 'dark']) {
        test(`the one ${name} reads well at ${viewport.width} px, ${colorScheme}, and passes axe`, async () => {
          await look(browser, { name: `credential-${name}`, viewport, colorScheme }, async (page) => {
            assert.equal((await page.goto(server.address + pages[name])).status(), 200);
          });
        });
      }
    }
  }
});
