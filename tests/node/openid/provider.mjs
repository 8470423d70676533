// A certified OpenID provider, and a person with a browser who signs in there: authorization code with PKCE, access tokens as JWTs for one resource.
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { freePort } from './program.mjs';

export const audience = 'https://learning.example.org/api';
/** The same program under another name, for which tokens last a second. */
export const brief = `${audience}/brief`;
const callback = 'http://127.0.0.1:5999/callback';

export const newKey = () => ({ ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: randomBytes(8).toString('hex') });

export class SignIns {
  people = new Map();

  static async start(...keys) {
    const signIns = new SignIns();
    signIns.port = await freePort();
    signIns.issuer = `http://127.0.0.1:${signIns.port}`;
    await signIns.serve(...keys);
    return signIns;
  }

  /** Serves with these keys; the first one signs. */
  async serve(...keys) {
    const provider = new Provider(this.issuer, {
      clients: [{ client_id: 'front-end', redirect_uris: [callback], token_endpoint_auth_method: 'none', grant_types: ['authorization_code'], response_types: ['code'] }],
      jwks: { keys },
      cookies: { keys: [randomBytes(16).toString('hex')] },
      claims: { openid: ['sub'], email: ['email', 'email_verified'] },
      findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...this.people.get(id) }) }),
      extraTokenClaims: (ctx, token) => this.people.get(token.accountId),
      interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
      features: {
        devInteractions: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (ctx, resource) => ({ scope: 'learning', audience: resource.replace(brief, audience), accessTokenFormat: 'jwt', accessTokenTTL: resource === brief ? 1 : 300, jwt: { sign: { alg: 'RS256' } } }),
          useGrantedResource: () => true,
        },
      },
    });
    provider.on('server_error', (ctx, error) => { throw error; });
    this.server = createServer(provider.callback());
    // A connection that is kept open would be found broken after a restart.
    this.server.maxRequestsPerSocket = 1;
    await new Promise((done) => { this.server.listen(this.port, '127.0.0.1', done); });
  }

  async restart(...keys) {
    await this.stop();
    await this.serve(...keys);
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((done) => { this.server.close(done); });
  }

  /** What the provider gives a front end in which this person has signed in. */
  async tokens(subject, claims, resource = audience) {
    this.people.set(subject, claims);
    const verifier = randomBytes(32).toString('base64url');
    const asked = new URLSearchParams({
      client_id: 'front-end', response_type: 'code', redirect_uri: callback, scope: 'openid email learning', ...(resource && { resource }),
      code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
    });
    const code = await new Browser().signIn(`${this.issuer}/auth?${asked}`, subject);
    const answer = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'authorization_code', client_id: 'front-end', code, redirect_uri: callback, code_verifier: verifier, ...(resource && { resource }) }),
    });
    const tokens = await answer.json();
    if (!answer.ok) throw new Error(`The provider answered ${answer.status}: ${JSON.stringify(tokens)}`);
    return tokens;
  }

  async accessToken(...who) {
    return (await this.tokens(...who)).access_token;
  }
}

class Browser {
  cookies = new Map();

  async signIn(address, subject) {
    let next = address;
    for (let steps = 0; steps < 12; steps++) {
      if (next.startsWith(callback)) {
        const code = new URL(next).searchParams.get('code');
        if (!code) throw new Error(`No code: ${next}`);
        return code;
      }
      const answer = await this.go(next);
      if (answer.status >= 300 && answer.status < 400) {
        next = new URL(answer.headers.get('location'), next).href;
        continue;
      }
      const page = await answer.text();
      const form = /action="([^"]+)"/.exec(page);
      const prompt = /name="prompt" value="(\w+)"/.exec(page);
      if (!form || !prompt) throw new Error(`No form at ${next}: ${answer.status} ${page.slice(0, 400)}`);
      const sent = await this.go(new URL(form[1], next).href, new URLSearchParams({ prompt: prompt[1], ...(prompt[1] === 'login' && { login: subject, password: 'any' }) }));
      next = new URL(sent.headers.get('location'), next).href;
    }
    throw new Error('The sign-in does not end.');
  }

  async go(address, body) {
    const answer = await fetch(address, {
      method: body ? 'POST' : 'GET', body, redirect: 'manual', headers: { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      if (value) this.cookies.set(name, value); else this.cookies.delete(name);
    }
    return answer;
  }
}
