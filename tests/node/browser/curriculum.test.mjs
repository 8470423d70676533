// The courses as people read them: units as a front end would show them, and the syllabus as it is served.
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { desktop, launch, look, missing, phone } from './browser.mjs';
import { startServer } from './server.mjs';

const course = 'miiwrap-coaching-cohort';
const beside = 'facilitator-foundations';
const besideUnits = ['1.3-strengths-that-work', '2.2-ask-before-advice', '3.3-who-what-when', '4.3-life-after-us'];
const units = ['1.1-why-good-training-fades', '2.4-watching-voice-and-power', '3.4-counting-to-learn', '6.2-rating-together', '8.1-reading-transfer-data'];

const form = `---
title: What I heard
kind: form
---
Five minutes of a talk, and no name.

## Tally

| Line | What I heard | What it was, and what else it might have been |
|---|---|---|
| 1 | | |
| 2 | | |
`;

/** The course with one form more. */
function withForm() {
  const folder = mkdtempSync(join(tmpdir(), 'learning-course-'));
  cpSync(new URL('../../../content', import.meta.url), folder, { recursive: true });
  mkdirSync(join(folder, course, 'materials'), { recursive: true });
  writeFileSync(join(folder, course, 'materials', 'heard.md'), form);
  appendFileSync(join(folder, course, 'units', `${units[0]}.md`), '\n\nSee [the form](../materials/heard.md).\n');
  return folder;
}

/** The least that a front end puts around a unit's HTML. */
const framed = (unit) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${unit.title}</title><style>
  body { margin: 0; font: 17px/1.6 system-ui, sans-serif; color: #22201d; background: #fff; }
  main { max-width: 42rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
  h1 { line-height: 1.2; } h2 { line-height: 1.3; margin-top: 2rem; }
  .table { overflow-x: auto; } table { width: 100%; border-collapse: collapse; font-size: .92em; line-height: 1.45; }
  th, td { min-width: 4.5rem; padding: .4rem .5rem; border-bottom: 1px solid #d8d3ca; text-align: left; vertical-align: top; }
  blockquote { margin: 1rem 0; padding: .1rem 1rem; border-left: 4px solid #1f6f5c; background: #eef5f2; }
  a { color: #14594a; } .footnotes { font-size: .88em; overflow-wrap: anywhere; } img { max-width: 100%; }
</style></head><body><main><h1>${unit.title}</h1>${unit.html}</main></body></html>`;

describe('the course in a browser', { skip: missing }, () => {
  let server;
  let browser;
  let admin;
  let learner;
  const enrolments = {};
  let content;

  before(async () => {
    content = withForm();
    server = await startServer({ Content__Folder: content });
    browser = await launch();
    admin = await server.signIn('admin@example.org');
    learner = await server.signIn('learner1@example.org');
    for (const curriculum of [course, beside]) {
      const cohort = await admin.post('/v1/cohorts', { name: 'Readers', curriculum, startsOn: '2027-03-15', timeZone: 'America/Chicago', gate: 'open', instructors: [] });
      const { rows } = await admin.post(`/v1/cohorts/${cohort.id}/enrolments`, { learners: [{ email: 'learner1@example.org', name: 'Reader', timeZone: 'America/Chicago' }] });
      enrolments[curriculum] = rows[0].enrolmentId;
    }
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(content, { recursive: true, force: true });
  });

  for (const [slug, curriculum] of [...units.map((slug) => [slug, course]), ...besideUnits.map((slug) => [slug, beside])]) {
    for (const viewport of [phone, desktop]) {
      test(`${slug} reads well at ${viewport.width} px and passes axe`, async () => {
        const unit = await learner.get(`/v1/enrolments/${enrolments[curriculum]}/units/${slug}`);
        await look(browser, { name: slug, viewport }, (page) => page.setContent(framed(unit)));
      });
    }
  }

  for (const viewport of [phone, desktop]) {
    for (const colorScheme of ['light', 'dark']) {
      test(`the syllabus reads well at ${viewport.width} px, ${colorScheme}, and passes axe`, async () => {
        await look(browser, { name: 'syllabus', viewport, colorScheme, headers: { Authorization: learner.authorization } }, async (page) => {
          const response = await page.goto(`${server.address}/v1/curricula/${course}/syllabus`);
          assert.equal(response.status(), 200);
          assert.equal(await page.locator('h3').count(), 34);
        });
      });
    }
  }

  test('the syllabus prints with each module on a page of its own', async () => {
    const context = await browser.newContext({ extraHTTPHeaders: { Authorization: learner.authorization } });
    const page = await context.newPage();
    await page.goto(`${server.address}/v1/curricula/${course}/syllabus`);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    const pages = pdf.match(/\/Type\s*\/Page\b/g).length;
    assert.ok(pages >= 9 && pages <= 18, `${pages} pages`);
    await context.close();
  });

  const openForm = async (page) => {
    const unit = await learner.get(`/v1/enrolments/${enrolments[course]}/units/${units[0]}`);
    const [, address] = unit.html.match(/<a href="([^"]+)">the form<\/a>/);
    const response = await page.goto(server.address + address);
    assert.equal(response.status(), 200);
    assert.equal(await page.locator('h1').textContent(), 'What I heard');
  };

  for (const viewport of [phone, desktop]) {
    for (const colorScheme of ['light', 'dark']) {
      test(`a form that a unit links to reads well at ${viewport.width} px, ${colorScheme}, and passes axe`, async () => {
        await look(browser, { name: 'form', viewport, colorScheme, headers: { Authorization: learner.authorization } }, openForm);
      });
    }
  }

  test('a form prints on one page of either size, with room for a pen', async () => {
    const context = await browser.newContext({ extraHTTPHeaders: { Authorization: learner.authorization } });
    const page = await context.newPage();
    await openForm(page);
    await page.emulateMedia({ media: 'print' });
    const heights = await page.locator('td:empty').evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().height));
    const millimetre = 96 / 25.4;
    assert.equal(heights.length, 4);
    assert.ok(heights.every((height) => height >= 12 * millimetre), `${heights}`);
    for (const format of ['A4', 'Letter']) {
      const pdf = (await page.pdf({ format })).toString('latin1');
      assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 1, format);
    }

    if (process.env.SCREENSHOTS) await page.screenshot({ path: join(process.env.SCREENSHOTS, 'form-print.png'), fullPage: true });
    await context.close();
  });

  test('a bundle above the bound of other bodies is taken, one above its own is not', async () => {
    const send = (bytes) => fetch(`${server.address}/v1/curricula/big/versions`, { method: 'POST', headers: { Authorization: admin.authorization, 'Content-Type': 'application/zip' }, body: new Uint8Array(bytes) });
    assert.equal((await send(2 * 1024 * 1024)).status, 422);
    const refused = await send(20 * 1024 * 1024 + 1).then((response) => response.status, () => 'closed');
    assert.ok(refused === 413 || refused === 'closed', `${refused}`);
  });
});
