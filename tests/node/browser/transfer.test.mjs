// The transfer chart as people see it: by itself and on its page, on a phone and a desk, light and dark, with figures, with small groups hidden, with nothing.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { desktop, launch, look, missing, phone } from './browser.mjs';
import { startServer } from './server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'learning-transfer-'));
const settings = (startAt) => ({ ConnectionStrings__Learning: `Data Source=${join(folder, 'learning.db')}`, Clock__StartAt: startAt });
const readers = ['lead', 'supervisor', 'nothing-yet'];

describe('the transfer chart', { skip: missing }, () => {
  let server;
  let browser;
  const views = {};

  before(async () => {
    // The demonstration's cohort began four weeks before the first start; its first units have matured some weeks later.
    await (await startServer(settings('2027-03-15T15:00:00Z'))).stop();
    server = await startServer(settings('2027-04-20T15:00:00Z'));
    browser = await launch();
    const [lead, supervisor, admin] = await Promise.all(['lead', 'supervisor', 'admin'].map((name) => server.signIn(`${name}@example.org`)));
    const { items: [cohort] } = await lead.get('/v1/cohorts');
    const empty = await admin.post('/v1/cohorts', { name: 'A cohort whose name is longer than a line of a phone has room for', curriculum: 'miiwrap-coaching-cohort', startsOn: '2027-04-01', timeZone: 'America/Chicago', gate: 'open', instructors: [] });
    views.lead = { as: lead, path: `/v1/cohorts/${cohort.id}/transfer` };
    views.supervisor = { as: supervisor, path: `/v1/cohorts/${cohort.id}/transfer` };
    views['nothing-yet'] = { as: admin, path: `/v1/cohorts/${empty.id}/transfer` };
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const reader of readers) {
    for (const viewport of [phone, desktop]) {
      for (const colorScheme of ['light', 'dark']) {
        test(`its page for ${reader} reads well at ${viewport.width} px, ${colorScheme}, and passes axe`, async () => {
          const { as, path } = views[reader];
          await look(browser, { name: `transfer-${reader}`, viewport, colorScheme, headers: { Authorization: as.authorization } }, async (page) => {
            assert.equal((await page.goto(server.address + path)).status(), 200);
            assert.equal(await page.locator('svg[role=img]').count(), 1);
          });
        });
      }
      test(`no line of it for ${reader} runs out of the picture or into another at ${viewport.width} px`, async () => {
        const { as, path } = views[reader];
        const svg = await (await fetch(server.address + path, { headers: { Authorization: as.authorization, Accept: 'image/svg+xml' } })).text();
        const page = await browser.newPage({ viewport });
        await page.setContent(`<!doctype html><body style="margin:0">${svg}</body>`);
        const faults = await page.evaluate(() => {
          const lines = [...document.querySelectorAll('svg text')].map((t) => ({ text: t.textContent, box: t.getBoundingClientRect() }));
          const picture = document.querySelector('svg').getBoundingClientRect();
          const out = lines.filter(({ box }) => box.left < 0 || box.right > innerWidth || box.bottom > picture.bottom);
          // Glyphs fill about two thirds of a line's box: only those count as meeting.
          const meet = (a, b) => a.left < b.right && b.left < a.right && a.top + 4 < b.bottom - 4 && b.top + 4 < a.bottom - 4;
          const met = lines.filter((a, i) => lines.some((b, j) => j > i && meet(a.box, b.box)));
          return [...out, ...met].map((line) => line.text);
        });
        await page.close();
        assert.deepEqual(faults, []);
      });
    }
  }
});
