// The implementation view as an agency's leader sees it, and the programme's: on a phone and a desk, light and dark, printed on one sheet, with
// figures and with none.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { desktop, launch, look, missing, phone } from './browser.mjs';
import { startServer } from './server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'learning-implementation-'));
const settings = { ConnectionStrings__Learning: `Data Source=${join(folder, 'learning.db')}`, Clock__StartAt: '2027-03-15T15:00:00Z' };

describe('the implementation view', { skip: missing }, () => {
  let server;
  let browser;
  const views = {};

  before(async () => {
    server = await startServer(settings);
    browser = await launch();
    const [supervisor, admin] = await Promise.all(['supervisor', 'admin'].map((name) => server.signIn(`${name}@example.org`)));
    const { items: [agency] } = await supervisor.get('/v1/agencies');
    const empty = await admin.post('/v1/agencies', { name: 'An agency whose name is longer than a line of a phone has room for' });
    views.leader = { as: supervisor, path: `/v1/agencies/${agency.id}/implementation` };
    views.programme = { as: admin, path: '/v1/implementation' };
    views['nothing-yet'] = { as: admin, path: `/v1/agencies/${empty.id}/implementation` };
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('it says what moved, how sure that is, and what it cannot show', async () => {
    const { as, path } = views.leader;
    const page = await browser.newPage({ viewport: desktop, extraHTTPHeaders: { Authorization: as.authorization } });
    await page.goto(server.address + path);
    const text = await page.locator('main').innerText();
    await page.close();
    assert.match(text, /This page cannot say what caused what\./);
    assert.match(text, /Caregiver or youth at the meeting[^\n]*\s+[\s\S]*?Not chance alone: \d+ months in a row above the median/);
    assert.match(text, /Vacant facilitator posts[\s\S]*?no more than chance/);
    assert.match(text, /TOM 2\.0 total[\s\S]*?Too few months for a run chart/);
    assert.doesNotMatch(text, /p-value|significant|because of|rank(?! people)/i);
  });

  test('the programme has its totals first, then its agencies by name, and no script', async () => {
    const { as, path } = views.programme;
    const page = await browser.newPage({ viewport: desktop, extraHTTPHeaders: { Authorization: as.authorization } });
    await page.goto(server.address + path);
    const text = await page.locator('main').innerText();
    const names = await page.locator('.agencies tbody th').allInnerTexts();
    const scripts = await page.locator('script').count();
    await page.close();
    assert.match(text, /This page cannot say what caused what\./);
    assert.ok(text.indexOf('Learners of the programme') < text.indexOf('In the order of their names'));
    assert.ok(names.length > 1);
    assert.deepEqual(names, names.toSorted((a, b) => a.localeCompare(b, 'en')));
    assert.equal(scripts, 0);
    assert.doesNotMatch(text, /p-value|significant|because of|rank(?! people)/i);
  });

  for (const name of ['leader', 'programme', 'nothing-yet']) {
    for (const format of ['A4', 'Letter']) {
      test(`its page for ${name} prints on one sheet of ${format}`, async () => {
        const { as, path } = views[name];
        const page = await browser.newPage({ viewport: desktop, extraHTTPHeaders: { Authorization: as.authorization } });
        await page.goto(server.address + path);
        const pdf = (await page.pdf({ format })).toString('latin1');
        await page.close();
        assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 1);
      });
    }
    for (const viewport of [phone, desktop]) {
      for (const colorScheme of ['light', 'dark']) {
        test(`its page for ${name} reads well at ${viewport.width} px, ${colorScheme}, and passes axe`, async () => {
          const { as, path } = views[name];
          await look(browser, { name: `implementation-${name}`, viewport, colorScheme, headers: { Authorization: as.authorization } }, async (page) => {
            assert.equal((await page.goto(server.address + path)).status(), 200);
          });
        });
      }
    }
  }
});
