import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { EventSource } from 'eventsource';
import { Webhook } from 'standardwebhooks';
import { Program, receiver, until } from './program.mjs';

describe('Webhooks, verified by the library of the specification', () => {
  let program, hook, admin, webhook;
  before(async () => {
    [program, hook] = await Promise.all([Program.start(), receiver()]);
    admin = await program.signIn('admin');
    webhook = await admin.call('POST', '/v1/webhooks', { url: hook.url, events: ['unit.completed', 'nudge.answered'] });
  });
  after(async () => {
    await program.stop();
    await hook.stop();
  });

  /** The next message, which something that happens now causes. */
  const next = async (cause) => {
    const count = hook.received.length;
    const result = await cause();
    await until(() => hook.received.length > count, () => `a delivery; the program said ${program.output}`);
    return { message: hook.received[count], result };
  };
  const complete = (name) => next(async () => (await program.signIn(name)).completeAUnit());

  test('a message that comes at once is verified', async () => {
    const begun = Date.now();
    const { message, result } = await complete('learner2');
    const event = new Webhook(webhook.secret).verify(message.body, message.headers);
    assert.equal(event.type, 'unit.completed');
    assert.equal(event.id, message.headers['webhook-id']);
    assert.deepEqual([event.data.enrolmentId, event.data.unit], [result.enrolment, result.unit]);
    assert.ok(message.at - begun < 5000, `It took ${message.at - begun} ms.`);
  });

  test('one that was changed on the way is not', () => {
    const [{ body, headers }] = hook.received;
    const verifier = new Webhook(webhook.secret);
    assert.throws(() => verifier.verify(body.replace('unit.completed', 'unit.completee'), headers), /No matching signature/);
    assert.throws(() => verifier.verify(body, { ...headers, 'webhook-id': 'another' }), /No matching signature/);
    assert.throws(() => new Webhook(`whsec_${Buffer.alloc(32).toString('base64')}`).verify(body, headers), /No matching signature/);
  });

  test('one that comes again much later is not, whoever signed it', () => {
    const [{ body, headers }] = hook.received;
    const verifier = new Webhook(webhook.secret);
    const early = new Date(Date.now() - 10 * 60_000);
    const replayed = { ...headers, 'webhook-timestamp': `${Math.floor(early / 1000)}` };
    assert.throws(() => verifier.verify(body, replayed), /too old/i);
    assert.throws(() => verifier.verify(body, { ...replayed, 'webhook-signature': verifier.sign(headers['webhook-id'], early, body) }), /too old/i);
  });

  test('one that was not taken comes again after five seconds, under the same id', async () => {
    hook.answers.push(500);
    const { message: first } = await complete('learner3');
    const { message: second } = await next(() => {});
    assert.equal(second.headers['webhook-id'], first.headers['webhook-id']);
    assert.equal(second.body, first.body);
    new Webhook(webhook.secret).verify(second.body, second.headers);
    assert.ok(second.at - first.at > 4500 && second.at - first.at < 9000, `It came after ${second.at - first.at} ms.`);
  });

  test('during a rotation the old secret and the new one both verify it', async () => {
    const rotated = await admin.call('POST', `/v1/webhooks/${webhook.id}/rotate`);
    const { message } = await complete('learner4');
    for (const secret of [webhook.secret, rotated.secret]) assert.equal(new Webhook(secret).verify(message.body, message.headers).type, 'unit.completed');
    assert.equal(message.headers['webhook-signature'].split(' ').length, 2);
  });

  test('a delivery can be had again', async () => {
    const [latest] = (await admin.call('GET', `/v1/webhooks/${webhook.id}/deliveries?limit=1`)).items;
    const { message } = await next(() => admin.call('POST', `/v1/webhooks/${webhook.id}/deliveries/${latest.id}/redeliver`));
    assert.equal(message.headers['webhook-id'], latest.eventId);
  });

  test('no secret is in the log', () => assert.ok(!program.output.includes(webhook.secret.slice(6))));
});

describe('The stream of events, read by an event source', () => {
  test('it comes back where it broke off, and ends at once with the program', async (t) => {
    const program = await Program.start();
    t.after(() => program.child.kill('SIGKILL'));
    const admin = await program.signIn('admin');
    const seen = [];
    let breaks = 0;
    let connection;
    const source = new EventSource(`${program.url}/v1/events`, {
      fetch: (url, init) => {
        connection = new AbortController();
        return admin.fetch(url, { ...init, signal: AbortSignal.any([connection.signal, ...(init.signal ? [init.signal] : [])]) });
      },
    });
    source.addEventListener('unit.completed', (event) => {
      seen.push(JSON.parse(event.data));
      // The network fails after each event; what happens meanwhile must come all the same.
      if (breaks++ < 3) connection.abort(new TypeError('The network is down.'));
    });
    await until(() => source.readyState === EventSource.OPEN, 'the stream is open');
    for (const name of ['learner2', 'learner3', 'learner4', 'learner5', 'learner7']) await (await program.signIn(name)).completeAUnit();
    await until(() => seen.length >= 5, () => `five events; seen ${seen.length}`);

    const feed = (await admin.call('GET', '/v1/events')).items.filter((e) => e.type === 'unit.completed');
    assert.deepEqual(seen, feed);
    assert.ok(breaks >= 3);
    const took = await program.stop();
    source.close();
    assert.ok(took < 5000, `It took ${took} ms to stop with an open stream.`);
  });
});
