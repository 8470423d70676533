import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Program, until } from './program.mjs';
import { SignIns, audience, brief, newKey } from './provider.mjs';

const verified = (email) => ({ email, email_verified: true });

describe('Access tokens of a certified OpenID provider', () => {
  const [first, second, third] = [newKey(), newKey(), newKey()];
  let provider, program;
  before(async () => {
    provider = await SignIns.start(first);
    program = await Program.start({ Auth__Authority: provider.issuer, Auth__Audience: audience, Auth__ClockSkewSeconds: '0', Auth__KeyRefreshSeconds: '1' });
  });
  after(async () => {
    await program?.stop();
    await provider?.stop();
  });

  const me = (token) => program.call(token, 'GET', '/v1/me');
  const refused = async (token, status, code) => {
    const answer = await me(token);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.equal(answer.body.code, code);
    assert.match(answer.headers.get('content-type'), /^application\/problem\+json/);
  };

  test('a person who was invited signs in by authorization code and PKCE', async () => {
    const token = await provider.accessToken('ana', verified('learner2@example.org'));
    assert.equal(token.split('.').length, 3);
    const answer = await me(token);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.equal(answer.body.email, 'learner2@example.org');
  });

  test('and does what a learner does, in the same account as with a password', async () => {
    const token = await provider.accessToken('ana', verified('learner2@example.org'));
    const { enrolments, id } = (await me(token)).body;
    const journey = await program.call(token, 'GET', `/v1/enrolments/${enrolments[0].id}`);
    assert.equal(journey.status, 200);
    const open = journey.body.modules.flatMap((m) => m.units).find((u) => u.state === 'open');
    assert.equal((await program.call(token, 'POST', `/v1/enrolments/${enrolments[0].id}/units/${open.slug}/start`)).body.state, 'started');
    assert.equal((await program.call(token, 'POST', '/v1/people', { email: 'new@example.org', name: 'New', timeZone: 'UTC' })).status, 403);
    const local = await program.call('', 'POST', '/v1/identity/login', { email: 'learner2@example.org', password: 'learn-and-practise-1' });
    assert.equal((await me(local.body.accessToken)).body.id, id);
  });

  test('a later change of address at the provider changes nobody here', async () => {
    const answer = await me(await provider.accessToken('ana', verified('learner3@example.org')));
    assert.equal(answer.body.email, 'learner2@example.org');
  });

  test('a token for another resource is refused', async () => {
    await refused(await provider.accessToken('ben', verified('learner4@example.org'), 'https://other.example.org/api'), 401, 'auth.token.invalid');
  });

  test('an ID token is no access token, and neither is one that only the provider can read', async () => {
    const tokens = await provider.tokens('ben', verified('learner4@example.org'), null);
    await refused(tokens.id_token, 401, 'auth.token.invalid');
    await refused(tokens.access_token, 401, 'auth.required');
  });

  test('an address that was not verified, an unknown one and an admin\'s are refused', async () => {
    await refused(await provider.accessToken('eve', { email: 'learner4@example.org', email_verified: false }), 403, 'auth.email.unverified');
    await refused(await provider.accessToken('nobody', verified('nobody@example.org')), 403, 'auth.person.unknown');
    await refused(await provider.accessToken('root', verified('admin@example.org')), 403, 'auth.admin.notLinked');
  });

  test('a token is good until it expires', async () => {
    const token = await provider.accessToken('ana', verified('learner2@example.org'), brief);
    await until(async () => (await me(token)).status !== 200, () => 'the token expires', 10);
    await refused(token, 401, 'auth.token.expired');
  });

  test('keys rotate: a new one beside the old, then alone', async () => {
    const old = await provider.accessToken('ana', verified('learner2@example.org'));
    await provider.restart(second, first);
    const renewed = await provider.accessToken('ana', verified('learner2@example.org'));
    assert.notEqual(header(renewed).kid, header(old).kid);
    await until(async () => (await me(renewed)).status === 200, () => 'the new key is found');
    assert.equal((await me(old)).status, 200);

    await provider.restart(third);
    const newest = await provider.accessToken('ana', verified('learner2@example.org'));
    await until(async () => (await me(newest)).status === 200, () => 'the newest key is found');
    for (const gone of [old, renewed]) await refused(gone, 401, 'auth.token.invalid');
  });

  test('a provider that is away stops nobody whose token is good', async () => {
    const token = await provider.accessToken('ana', verified('learner2@example.org'));
    await provider.stop();
    assert.equal((await me(token)).status, 200);
    await provider.serve(third);
  });

  test('no token is in the log', () => assert.ok(!program.output.includes('eyJ')));
});

const header = (token) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url'));
