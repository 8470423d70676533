import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as oauth from 'openid-client';
import { desktop, launch, look, missing, phone } from '../browser/browser.mjs';
import { Program, frontEnd, password, until } from './program.mjs';

describe('Sign-in for a front end that others host', { skip: missing }, () => {
  let program, host, browser, client, config;
  before(async () => {
    [program, host, browser] = [await Program.start(), await frontEnd(), await launch()];
    client = (await asAdmin('POST', '/v1/clients', {
      name: 'Practice companion', kind: 'frontEnd', scopes: ['learning'], redirectUris: [host.callback],
    })).body;
    config = await oauth.discovery(new URL(program.url), client.id, undefined, oauth.None(), { execute: [oauth.allowInsecureRequests] });
  });
  after(async () => {
    await browser?.close();
    await host?.stop();
    await program?.stop();
  });

  let admin = '';
  const asAdmin = async (...request) => {
    const answer = await program.call(admin, ...request);
    if (answer.status !== 401) return answer;
    admin = await program.signIn('admin@example.org');
    return program.call(admin, ...request);
  };

  /** What a front end sends somebody to our pages with. */
  async function begin(more = {}) {
    const [verifier, state, nonce] = [oauth.randomPKCECodeVerifier(), oauth.randomState(), oauth.randomNonce()];
    const url = oauth.buildAuthorizationUrl(config, {
      redirect_uri: host.callback, scope: 'openid offline_access learning', state, nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...more,
    });
    return { url, verifier, state, nonce };
  }

  /** A browser of one person, in which no script runs. */
  const newBrowser = () => browser.newContext({ javaScriptEnabled: false });

  async function signIn(context, email, { url } = {}) {
    const page = await context.newPage();
    await page.goto(String(url));
    if (await page.getByLabel('Password').count()) {
      await page.getByLabel('E-mail address').fill(email);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
    }
    return page;
  }

  async function allow(page) {
    if (await page.getByRole('button', { name: 'Allow', exact: true }).count()) await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.getByText('Back at the front end').waitFor();
    return new URL(page.url());
  }

  const exchange = (back, { verifier, state, nonce }) =>
    oauth.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce });

  /** A whole sign-in of somebody in a browser of their own. */
  async function tokensOf(email) {
    const context = await newBrowser();
    try {
      const asked = await begin();
      const back = await allow(await signIn(context, email, asked));
      return await exchange(back, asked);
    } finally {
      await context.close();
    }
  }

  const isRefused = (grant) => assert.rejects(grant, (e) => e.error === 'invalid_grant' || assert.fail(String(e.stack)));
  const ends = (token) => until(async () => (await program.call(token, 'GET', '/v1/me')).status === 401, 'the access token ends', 30);

  test('in a browser without script, seeing what is asked for, and the front end calls the API as them', async () => {
    const context = await newBrowser();
    const asked = await begin();
    const page = await signIn(context, 'learner1@example.org', asked);
    await page.getByRole('heading', { name: 'Let Practice companion act for you?' }).waitFor();
    assert.match(await page.content(), /Ada Okonkwo/);
    const tokens = await exchange(await allow(page), asked);
    assert.ok(tokens.refresh_token && tokens.id_token);
    assert.equal(tokens.access_token.split('.').length, 5);
    const me = await program.call(tokens.access_token, 'GET', '/v1/me');
    assert.equal(me.body.email, 'learner1@example.org');
    assert.equal(tokens.claims().sub, me.body.id);
    assert.equal(tokens.claims().name, undefined);

    // The same again: they are signed in, and have said yes.
    const again = await begin();
    const straight = await context.newPage();
    await straight.goto(String(again.url));
    assert.ok((await exchange(new URL(straight.url()), again)).access_token);
    await context.close();
  });

  test('no further than its scopes, and never to what the account hangs on', async () => {
    const { access_token: token } = await tokensOf('lead@example.org');
    const enrol = await program.call(token, 'POST', '/v1/people', { email: 'new@example.org', name: 'New', timeZone: 'UTC' });
    assert.deepEqual([enrol.status, enrol.body.code], [403, 'scope.required']);
    for (const [method, route] of [['POST', '/v1/me/password'], ['GET', '/v1/me/sign-ins'], ['GET', '/v1/me/authorizations'], ['GET', '/v1/clients']]) {
      const answer = await program.call(token, method, route, method === 'POST' ? { current: password, new: 'three quiet herons' } : undefined);
      assert.deepEqual([route, answer.status, answer.body.code], [route, 403, 'frontEnd.notAllowed']);
    }
    const denied = await begin({ scope: 'openid learning program' });
    const page = await signIn(await newBrowser(), 'lead@example.org', denied);
    assert.match(await page.content(), /This sign-in does not work/);
  });

  test('who says no goes back with that, and nothing else', async () => {
    const context = await newBrowser();
    const asked = await begin();
    const page = await signIn(context, 'learner2@example.org', asked);
    await page.getByRole('button', { name: 'Do not allow' }).click();
    await page.getByText('Back at the front end').waitFor();
    const back = new URL(page.url());
    assert.deepEqual([back.searchParams.get('error'), back.searchParams.get('state'), back.searchParams.get('code')], ['access_denied', asked.state, null]);
    assert.equal(back.searchParams.get('error_uri'), null);
    await context.close();
  });

  test('a refresh token is good once, and a moment longer; then whoever has it ends the sign-in', async () => {
    const first = await tokensOf('learner3@example.org');
    const second = await oauth.refreshTokenGrant(config, first.refresh_token);
    assert.notEqual(second.refresh_token, first.refresh_token);
    assert.ok((await oauth.refreshTokenGrant(config, first.refresh_token)).access_token);
    await program.later(31);
    await isRefused(oauth.refreshTokenGrant(config, first.refresh_token));
    await isRefused(oauth.refreshTokenGrant(config, second.refresh_token));
    await ends(second.access_token);
  });

  test('a code that comes twice, or without its verifier, is worth nothing', async () => {
    const context = await newBrowser();
    const asked = await begin();
    const back = await allow(await signIn(context, 'learner4@example.org', asked));
    await isRefused(exchange(back, { ...asked, verifier: oauth.randomPKCECodeVerifier() }));
    const tokens = await exchange(back, asked);
    await isRefused(exchange(back, asked));
    await isRefused(oauth.refreshTokenGrant(config, tokens.refresh_token));
    await ends(tokens.access_token);
    await context.close();
  });

  test('two exchanges of one code at once: neither leaves anything behind', async () => {
    const context = await newBrowser();
    const asked = await begin();
    const back = await allow(await signIn(context, 'learner5@example.org', asked));
    const results = await Promise.allSettled([exchange(back, asked), exchange(back, asked), exchange(back, asked)]);
    const won = results.filter((r) => r.status === 'fulfilled');
    assert.ok(won.length <= 1, `${won.length} won`);
    for (const { value } of won) await ends(value.access_token);
    await context.close();
  });

  test('the person sees what has access and ends it: tokens, refresh and stream, within seconds', async () => {
    const tokens = await tokensOf('learner6@example.org');
    const own = await program.signIn('learner6@example.org');
    const { items } = (await program.call(own, 'GET', '/v1/me/authorizations')).body;
    assert.deepEqual(items.map(({ name, kind, scopes }) => ({ name, kind, scopes })), [{ name: 'Practice companion', kind: 'frontEnd', scopes: ['learning'] }]);
    assert.ok((await program.call(own, 'GET', '/v1/me/sign-ins')).body.items.some((s) => s.frontEnd === 'Practice companion'));
    const stream = await fetch(`${program.url}/v1/me/stream`, { headers: { authorization: `Bearer ${tokens.access_token}`, accept: 'text/event-stream' } });
    assert.equal(stream.status, 200);
    assert.equal((await program.call(own, 'DELETE', `/v1/me/authorizations/${items[0].clientId}`)).status, 204);
    await ends(tokens.access_token);
    await isRefused(oauth.refreshTokenGrant(config, tokens.refresh_token));
    for await (const _ of stream.body);
    assert.deepEqual((await program.call(own, 'GET', '/v1/me/authorizations')).body.items, []);
    assert.equal((await program.call(own, 'DELETE', `/v1/me/authorizations/${items[0].clientId}`)).body.code, 'authorization.notFound');
  });

  test('revoking one token, signing out, and a suspension end it too', async () => {
    const revoked = await tokensOf('learner7@example.org');
    await oauth.tokenRevocation(config, revoked.refresh_token);
    await ends(revoked.access_token);

    const signedOut = await tokensOf('learner7@example.org');
    await program.call(await program.signIn('learner7@example.org'), 'POST', '/v1/identity/logout');
    await ends(signedOut.access_token);
    await isRefused(oauth.refreshTokenGrant(config, signedOut.refresh_token));

    const suspended = await tokensOf('learner7@example.org');
    const id = suspended.claims().sub;
    assert.equal((await asAdmin('POST', `/v1/people/${id}/suspend`, { reason: 'Away until further notice.' })).status, 200);
    await ends(suspended.access_token);
    await isRefused(oauth.refreshTokenGrant(config, suspended.refresh_token));
    await asAdmin('POST', `/v1/people/${id}/resume`);
  });

  test('a faulty request is shown on our page and goes nowhere', async () => {
    const faulty = {
      'a foreign address': { redirect_uri: 'https://evil.example/callback' },
      'an address below a known one': { redirect_uri: `${host.callback}/more` },
      'no state': { state: undefined },
      'no PKCE': { code_challenge: undefined, code_challenge_method: undefined },
      'plain PKCE': { code_challenge_method: 'plain' },
      'an unknown client': { client_id: '01a41678-8dc0-7b52-8f0a-000000000000' },
      'another way back': { response_mode: 'form_post' },
      'a scope that it has not': { scope: 'learning teaching' },
    };
    for (const [what, wrong] of Object.entries(faulty)) {
      const { url } = await begin();
      for (const [name, value] of Object.entries(wrong)) value === undefined ? url.searchParams.delete(name) : url.searchParams.set(name, value);
      const answer = await fetch(url, { redirect: 'manual' });
      assert.deepEqual([what, answer.status, answer.headers.get('location')], [what, 400, null]);
      assert.match(await answer.text(), /Nothing was given to it/);
    }
  });

  test('no address is registered that others could read on the way', async () => {
    for (const uri of ['http://front.example/callback', 'https://*.example.org/callback', 'https://me@front.example/', 'https://front.example/#x', 'javascript:alert(1)', '/callback', 'front.example'])
      assert.equal((await asAdmin('POST', '/v1/clients', { name: 'Wrong', kind: 'frontEnd', scopes: ['learning'], redirectUris: [uri] })).status, 422, uri);
    assert.equal((await asAdmin('POST', '/v1/clients', { name: 'Wrong', kind: 'native', scopes: ['learning'], redirectUris: ['https://front.example/'] })).status, 422);
  });

  test('a native program is asked for each time, and any port of the loopback address is its own', async () => {
    const native = (await asAdmin('POST', '/v1/clients', { name: 'Desk companion', kind: 'native', scopes: ['learning'], redirectUris: ['http://127.0.0.1/callback'] })).body;
    const context = await newBrowser();
    for (let turn = 0; turn < 2; turn++) {
      const asked = await begin({ client_id: native.id });
      const page = await signIn(context, 'learner8@example.org', asked);
      await page.getByRole('heading', { name: 'Let Desk companion act for you?' }).waitFor();
      await allow(page);
    }
    await context.close();
  });

  test('a server takes its tokens at the same place', async () => {
    const made = (await asAdmin('POST', '/v1/clients', { name: 'Dashboard', scopes: ['progress:read', 'curriculum:read'] })).body;
    const server = await oauth.discovery(new URL(program.url), made.id, made.secret, undefined, { execute: [oauth.allowInsecureRequests] });
    const { access_token: token, scope } = await oauth.clientCredentialsGrant(server, { scope: 'curriculum:read' });
    assert.ok(scope === undefined || scope === 'curriculum:read');
    assert.equal((await program.call(token, 'GET', '/v1/curricula')).status, 200);
    assert.equal((await program.call(token, 'GET', '/v1/cohorts')).body.code, 'scope.required');
    assert.equal((await program.call(token, 'GET', '/v1/me')).body.code, 'client.notAllowed');
    const wrong = await oauth.discovery(new URL(program.url), made.id, 'mwl_wrong', undefined, { execute: [oauth.allowInsecureRequests] });
    await assert.rejects(oauth.clientCredentialsGrant(wrong), (e) => e.status === 401);
    await asAdmin('DELETE', `/v1/clients/${made.id}`);
    await until(async () => (await program.call(token, 'GET', '/v1/curricula')).status === 401, 'the token ends', 30);
    await assert.rejects(oauth.clientCredentialsGrant(server), (e) => e.status === 401);
  });

  test('another node takes the tokens, and they end there too', async () => {
    const node = await program.startNode();
    try {
      const tokens = await tokensOf('learner10@example.org');
      const there = () => node.call(tokens.access_token, 'GET', '/v1/me');
      assert.equal((await there()).status, 200);
      const own = await program.signIn('learner10@example.org');
      await program.call(own, 'DELETE', `/v1/me/authorizations/${client.id}`);
      await until(async () => (await there()).status === 401, 'the access token ends on the other node', 30);
    } finally {
      await node.stop();
    }
  });

  for (const [viewport, colorScheme] of [[phone, 'light'], [phone, 'dark'], [desktop, 'light'], [desktop, 'dark']]) {
    test(`the pages read well at ${viewport.width} px, ${colorScheme}, and pass axe`, async () => {
      const { url } = await begin({ prompt: 'consent' });
      await look(browser, { name: 'sign-in', viewport, colorScheme }, (page) => page.goto(String(url)));
      await look(browser, { name: 'consent', viewport, colorScheme }, async (page) => {
        await page.goto(String(url));
        await page.getByLabel('E-mail address').fill('learner9@example.org');
        await page.getByLabel('Password').fill(password);
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.getByRole('heading', { name: /act for you/ }).waitFor();
      });
      url.searchParams.delete('state');
      await look(browser, { name: 'faulty', viewport, colorScheme }, (page) => page.goto(String(url)));
    });
  }
});
