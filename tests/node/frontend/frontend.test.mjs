// A client generated from the checked-in contract, compiled strictly, plays against the running program.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import openapiTS, { astToString } from 'openapi-typescript';
import { startServer } from '../browser/server.mjs';

const here = import.meta.dirname;
const password = 'learn-and-practise-1';
const email = (name) => `${name}@example.org`;

describe('A front end with a generated client', () => {
  let server, client, learner, instructor, dashboard;

  before(async () => {
    const contract = JSON.parse(readFileSync(path.join(here, 'openapi.json'), 'utf8'));
    writeFileSync(path.join(here, 'client/contract.d.ts'), astToString(await openapiTS(contract)));
    try {
      execFileSync(process.execPath, [createRequire(import.meta.url).resolve('typescript/bin/tsc'), '-p', here], { encoding: 'utf8' });
    } catch (wrong) {
      throw new Error(`The client does not compile:\n${wrong.stdout}`);
    }
    [client, learner, instructor, dashboard] = await Promise.all(['client', 'learner', 'instructor', 'dashboard'].map((name) => import(`./.build/client/${name}.js`)));
    server = await startServer();
  });
  after(() => server?.stop());

  const enter = (name) => client.signIn(server.address, email(name), password);
  const refused = (status, code) => (refusal) => {
    assert.equal(refusal.status, status, refusal.message);
    assert.equal(refusal.problem.code, code);
    return true;
  };

  test('the program serves the contract that the client was generated from', async () => {
    assert.deepEqual(await (await fetch(`${server.address}/openapi/v1.json`)).json(), JSON.parse(readFileSync(path.join(here, 'openapi.json'), 'utf8')));
  });

  test('whoever has a wrong password is told so in a problem document', async () => {
    await assert.rejects(client.signIn(server.address, email('learner1'), 'a wrong password'), (refusal) => refusal.status === 401 && refusal.problem.code.length > 0);
  });

  let handedIn;
  test('a learner does what is next, plans, writes with autosave and hands in', async () => {
    const api = await enter('learner1');
    const unit = await learner.study(api);
    assert.equal(unit.completed.state, 'completed');
    assert.ok(unit.completed.nudges.length > 0);
    assert.equal((await learner.planOf(api, unit)).cue, unit.page.ifThenStarter?.cue ?? 'I next sit down with a facilitator');

    const [desk, phone] = [await learner.Writing.open(api, unit), await learner.Writing.open(api, unit)];
    await desk.save('First words.');
    await desk.save('Second words.');
    await assert.rejects(phone.save('Words from another window.'), (refusal) => {
      assert.ok(refusal.etag, 'the present tag comes with the refusal');
      return refused(412, 'reflection.draft.stale')(refusal);
    });
    assert.ok(Object.values((await desk.read()).draft.answers).every((words) => words === 'Second words.'));

    assert.ok((await desk.check('Write to ana.reyes@example.org about it.')).blocked.length > 0);
    await desk.save('Write to ana.reyes@example.org about it.');
    await assert.rejects(desk.handIn(false), refused(422, 'reflection.privacy.blocked'));
    await desk.save('I asked for two ideas before I offered one, and the room went quiet in a good way.');
    handedIn = await desk.handIn(true);
    await assert.rejects(desk.save('One more word.'), refused(409, 'reflection.submitted'));
    assert.equal((await desk.read()).revisions[0].id, handedIn.revisionId);
  });

  test('an instructor finds it at the end of the queue, reads it, and answers', async () => {
    const api = await enter('instructor');
    const queue = await instructor.queue(api);
    assert.ok(queue.length > 1, 'the queue has several pages of one');
    assert.deepEqual(queue.map((item) => item.submittedAt), queue.map((item) => item.submittedAt).sort());
    assert.equal(queue.at(-1).revisionId, handedIn.revisionId);
    await instructor.review(api, handedIn.revisionId);
    assert.ok((await instructor.queue(api)).every((item) => item.revisionId !== handedIn.revisionId));
  });

  test('the learner is told of it, and reads it beside their words', async () => {
    const api = await enter('learner1');
    const [waiting] = (await learner.next(api)).feedback;
    assert.ok(waiting);
    const page = await (await learner.Writing.open(api, { enrolmentId: waiting.enrolmentId, unit: waiting.assignment })).read();
    assert.equal(page.revisions[0].review.nextStep, 'Count to three once more.');
  });

  test('someone who was asked answers, and is told what could help', async () => {
    for (let number = 1; number <= 12; number++) {
      const api = await enter(`learner${number}`);
      const [ask] = (await learner.next(api)).checkIns;
      if (!ask) continue;
      const { told, nudge } = await learner.answer(api, ask.id);
      assert.deepEqual(told, ['barrier']);
      assert.equal(nudge.response.outcome, 'notYet');
      assert.ok(nudge.next.text.length > 0);
      assert.ok((await learner.next(api)).checkIns.every((other) => other.id !== ask.id));
      return;
    }
    assert.fail('nobody of the demonstration has an open check-in');
  });

  test('a dashboard walks its cohorts, and the table says the same', async () => {
    const [cohort] = await dashboard.standings(await enter('lead'));
    assert.equal(cohort.rows.length, cohort.summary.learners);
    const [names, ...rows] = cohort.csv.trim().split('\r\n');
    assert.ok(names.startsWith('enrolmentId,'));
    assert.deepEqual(rows.map((row) => row.split(',')[0]).sort(), cohort.rows.map((row) => row.enrolmentId).sort());
    assert.ok(cohort.transfer.pooled.denominator >= 0);
  });
});
