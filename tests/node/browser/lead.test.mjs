// The front end that ships with the program, as leads and programme admins use it: a cohort, its learners, and people.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { desktop, launch, missing, phone } from './browser.mjs';
import { startServer } from './server.mjs';
import { Keyboard, enter, testViews } from './shipped.mjs';

describe('the front end for leads and admins', { skip: missing }, () => {
  let server, browser, address, lead, cohort, enrolmentId;

  before(async () => {
    server = await startServer();
    address = server.address;
    browser = await launch();
    lead = await server.signIn('lead@example.org');
    cohort = (await lead.get('/v1/cohorts')).items.find(({ name }) => name === 'Riverbend coaches');
    enrolmentId = (await lead.get(`/v1/cohorts/${cohort.id}/progress`)).items[0].enrolmentId;
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const [who, admin] = ['lead', 'admin'];
  const part = (name) => ({ who, place: () => `#/cohorts/${cohort.id}${name}` });
  testViews(() => ({ browser, address }), {
    cohorts: { who, place: () => '#/cohorts' },
    cohort: part(''),
    'cohort-transfer': part('/transfer'),
    'cohort-nudges': part('/nudges'),
    'cohort-coaching': part('/coaching'),
    'cohort-enrol': part('/enrol'),
    'cohort-manage': part('/manage'),
    'cohort-learner': { who, place: () => `#/cohorts/${cohort.id}/learners/${enrolmentId}` },
    'cohort-new': { who: admin, place: () => '#/cohorts/new' },
    people: { who: admin, place: () => '#/people' },
  });

  test('a lead enrols a pasted list by keyboard alone, and sees what became of each row', async () => {
    const page = await browser.newPage({ viewport: desktop });
    const keyboard = new Keyboard(page);
    await keyboard.signIn(address, who);
    await keyboard.press('Cohorts');
    await keyboard.isAtHeading('Cohorts');
    await keyboard.press('Riverbend coaches');
    await page.getByRole('heading', { name: /^Riverbend coaches/, level: 1 }).waitFor();
    await keyboard.press('Enrol');
    await keyboard.to('rows');
    await page.keyboard.type('noor.okafor@example.org, Noor Okafor\nSam Iyer <sam.iyer@example.org>\nno address, Nobody');
    await keyboard.press('Check first');
    await page.getByRole('heading', { name: 'What would become of each row' }).waitFor();
    await page.getByText('New: 2 · Not taken: 1').waitFor();
    await keyboard.press('Enrol them');
    await page.getByRole('heading', { name: 'What became of each row' }).waitFor();
    await page.getByText('New: 2 · Not taken: 1').waitFor();
    const id = /cohorts\/([\w-]+)/.exec(page.url())[1];
    const { items } = await lead.get(`/v1/cohorts/${id}/progress?limit=200`);
    assert.deepEqual(
      items
        .map(({ learner }) => learner.name)
        .filter((name) => /Okafor|Iyer/.test(name))
        .sort(),
      ['Noor Okafor', 'Sam Iyer'],
    );

    // The words that were sent are not offered again, and the new ones can be invited once more.
    await keyboard.press('People');
    await keyboard.isAtHeading('People');
    await page.getByLabel('Invitation').selectOption('invited');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('button', { name: 'Invite again: Sam Iyer' }).click();
    await page.getByText('An invitation for Sam Iyer is on its way.').waitFor();
    await page.close();
  });

  test('a file is taken row by row', async () => {
    const page = await browser.newPage({ viewport: phone });
    await enter(page, address, who, `#/cohorts/${cohort.id}/enrol`);
    await page
      .getByLabel('A table (CSV)')
      .setInputFiles({
        name: 'learners.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(
          'email,name,timeZone,team\nlee.park@example.org,Lee Park,America/Denver,North\nx,No address,America/Denver,North\n',
        ),
      });
    await page.getByRole('button', { name: 'Check first' }).last().click();
    await page.getByText('Nothing was read from these columns: team').waitFor();
    await page.getByRole('button', { name: 'Enrol them' }).click();
    await page.getByRole('heading', { name: 'What became of each row' }).waitFor();
    await page.getByText('New: 1 · Not taken: 1').waitFor();
    await page.close();
  });

  test('learners are found by how they get on, and a module is opened before its time', async () => {
    const page = await browser.newPage({ viewport: phone });
    await enter(page, address, who, `#/cohorts/${cohort.id}`);
    await page.getByLabel('Show').selectOption('atRisk');
    const { items: atRisk } = await lead.get(`/v1/cohorts/${cohort.id}/progress?status=atRisk`);
    await page.waitForFunction((count) => document.querySelectorAll('tbody tr').length === count, atRisk.length);
    await page.getByRole('link', { name: atRisk[0].learner.name }).click();
    await page.getByRole('heading', { name: atRisk[0].learner.name, level: 1 }).waitFor();
    await page.getByText('Open it now').first().click();
    await page.getByLabel('Why before its time?').first().fill('Works ahead with the coach');
    await page.getByRole('button', { name: 'Open it' }).first().click();
    await page.getByText(/ is open\.$/).waitFor();
    await page.close();
  });

  test('what a new first day moves is seen before it moves', async () => {
    const page = await browser.newPage({ viewport: desktop });
    await enter(page, address, who, `#/cohorts/${cohort.id}/manage`);
    const before = (await lead.get(`/v1/cohorts/${cohort.id}`)).startsOn;
    const after = new Date(Date.parse(before) + 7 * 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel('First day').fill(after);
    await page.getByRole('button', { name: 'See what would move' }).click();
    await page.getByRole('columnheader', { name: 'Module' }).waitFor();
    assert.equal((await lead.get(`/v1/cohorts/${cohort.id}`)).startsOn, before);
    await page.getByRole('button', { name: 'Move them' }).click();
    await page.getByText('Moved.', { exact: true }).waitFor();
    assert.equal((await lead.get(`/v1/cohorts/${cohort.id}`)).startsOn, after);
    await page.close();
  });

  test('an admin opens a cohort with people who were found, by keyboard alone', async () => {
    const page = await browser.newPage({ viewport: desktop });
    const keyboard = new Keyboard(page);
    await keyboard.signIn(address, admin);
    await keyboard.press('Cohorts');
    await keyboard.press('Open a cohort');
    await keyboard.isAtHeading('Open a cohort');
    await keyboard.type('name', 'Hillside coaches');
    await keyboard.to('coaching');
    await page.keyboard.press('Tab');
    await page.keyboard.type('marisol');
    await page.keyboard.press('Enter');
    await page.getByLabel('Marisol Vega').waitFor();
    await keyboard.to('leads');
    await page.keyboard.press('Space');
    await keyboard.press('Open it');
    await keyboard.isAtHeading('Hillside coaches');
    const { items } = await lead.get('/v1/cohorts?q=Hillside');
    assert.equal(items.length, 1, 'its lead sees it');
    await page.close();
  });
});
