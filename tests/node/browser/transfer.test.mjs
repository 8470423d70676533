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
const margin = 37.8;
const papers = { A4: { width: 793.7, height: 1122.5 }, Letter: { width: 816, height: 1056 } };
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
    for (const [format, paper] of Object.entries(papers)) {
      test(`its page for ${reader} prints on ${format} with nothing cut off, no empty page, and a line for what has no figure`, async () => {
        const { as, path } = views[reader];
        const width = Math.floor(paper.width - 2 * margin);
        const page = await browser.newPage({ viewport: { width, height: 900 }, extraHTTPHeaders: { Authorization: as.authorization } });
        await page.goto(server.address + path);
        await page.emulateMedia({ media: 'print' });
        const printed = await page.evaluate(() => {
          const visible = [...document.querySelectorAll('svg text, th, td, p, h1, h2, caption')].map((element) => ({ element, box: element.getBoundingClientRect() })).filter(({ box }) => box.width > 0);
          return {
            cut: visible.filter(({ element, box }) => box.left < 0 || box.right > innerWidth + 1 || element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0).map(({ element }) => element.textContent),
            tallest: Math.max(...[...document.querySelectorAll('main svg, main tr')].map((part) => part.getBoundingClientRect().height)),
            without: visible.filter(({ element }) => /none matured yet|too few learners/.test(element.textContent) && element.closest('tr:not(.folded), svg.none')).map(({ element }) => element.closest('tr, svg').textContent),
            folded: visible.filter(({ element }) => element.closest('.folded')).length,
            height: document.documentElement.scrollHeight,
          };
        });
        const pdf = (await page.pdf({ format })).toString('latin1');
        await page.close();
        assert.deepEqual(printed.cut, []);
        const room = paper.height - 2 * margin;
        // What is lower than a page can go whole onto the next one.
        assert.ok(printed.tallest < room / 2, `a part of ${printed.tallest} px is cut by the end of a page`);
        // The sum of all units alone may say that it has none.
        assert.ok(printed.without.every((line) => line.startsWith('All units')), printed.without.join('; '));
        assert.ok(printed.folded > 0, 'no line stands for what has no figure');
        const pages = pdf.match(/\/Type\s*\/Page\b/g).length;
        assert.ok(pages <= Math.ceil(printed.height / room) + 1, `${pages} pages for ${printed.height} px`);
      });
    }
    for (const viewport of [phone, desktop]) {
      for (const colorScheme of ['light', 'dark']) {
        test(`its page for ${reader} reads well at ${viewport.width} px, ${colorScheme}, and passes axe`, async () => {
          const { as, path } = views[reader];
          await look(browser, { name: `transfer-${reader}`, viewport, colorScheme, headers: { Authorization: as.authorization } }, async (page) => {
            assert.equal((await page.goto(server.address + path)).status(), 200);
            assert.equal(await page.locator('figure [role=img]').count(), 1);
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
