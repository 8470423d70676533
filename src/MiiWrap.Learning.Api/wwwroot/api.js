// Speaks with the API as any front end may: tokens that renew themselves, problems as errors, and a difference between "refused" and
// "not reached".
//
// People sign in by POST /v1/identity/login and not by the authorization code flow, which is there for front ends that others host: it
// keeps passwords from a page of another origin. This page comes from the very server that checks the password, so a redirect would add
// an address to register, and no safety. Tokens live in this module's memory alone, where no later user of the device finds them. Who
// reloads the page signs in again, and goes on at the same place; what they wrote is kept (draft.js).
import { texts } from './texts.js';

// By it the server knows this device again, so that strangers who guess at passwords do not lock its owner out. It opens nothing.
const device = 'learning.device';

const address = document.querySelector('meta[name=api]').content.replace(/\/$/, '');

/** An answer that is no success, with its problem document. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(texts.problems[problem.code] ?? problem.detail ?? problem.title ?? texts.problems.other(status));
    Object.assign(this, { status, code: problem.code ?? '', problem });
  }
}

/** The server was not reached, so nobody knows whether it did what was asked. */
export class Unreached extends Error {
  constructor() {
    super(texts.problems.unreached);
  }
}

/** A key for one act, however often it is sent. */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

export class Api {
  #access = null;
  #refresh = null;
  #renewing = null;

  /** Called when the sign-in has ended, by itself or from elsewhere; what stands on the page stays there. */
  onEnded = () => {};

  get isSignedIn() { return this.#refresh !== null; }

  /** @param {string} [code] of an authenticator app, or a recovery code: asked for by a refusal auth.code.required */
  async signIn(email, password, code) {
    const body = { email, password, deviceToken: localStorage.getItem(device), ...(code && { code }) };
    const { body: tokens } = await this.#send('POST', '/v1/identity/login', { body, open: true });
    localStorage.setItem(device, tokens.deviceToken);
    this.#take(tokens);
  }

  async signOut() {
    // Whoever is offline is signed out of this page all the same.
    await this.post('/v1/identity/logout').catch(() => {});
    this.#access = this.#refresh = null;
  }

  /** Somebody who forgot their password gets a mail, if there is such an account. */
  forgotPassword(email) { return this.#send('POST', '/v1/identity/password/forgot', { body: { email }, open: true }); }

  /** @returns {Promise<{ body: any, etag: string | null }>} */
  get(path) { return this.#send('GET', path); }

  post(path, body, headers) { return this.#send('POST', path, { body, headers }); }

  put(path, body, headers) { return this.#send('PUT', path, { body, headers }); }

  /** Changes only the members that are named (RFC 7396). */
  patch(path, body, headers) { return this.#send('PATCH', path, { body, headers }); }

  delete(path, body) { return this.#send('DELETE', path, { body }); }

  /** Text in another form than JSON, such as a file to send or a table to keep. */
  send(method, path, options) { return this.#send(method, path, options); }

  /** The address of a picture or chart in this page's memory, since an img sends no token. */
  async picture(path, accept = 'image/*') {
    const { blob } = await this.#send('GET', path, { headers: { Accept: accept } });
    return URL.createObjectURL(blob);
  }

  async #send(method, path, { body, headers = {}, open = false, again = false } = {}) {
    if (!open && !this.#access) await this.#renew();
    const isText = typeof body === 'string';
    let response, blob;
    try {
      response = await fetch(address + path, {
        method,
        headers: {
          ...(body !== undefined && !isText && { 'Content-Type': 'application/json' }),
          ...headers,
          ...(!open && { Authorization: `Bearer ${this.#access}` }),
        },
        body: body === undefined || isText ? body : JSON.stringify(body),
      });
      // The line may be cut in the middle of the answer too.
      blob = await response.blob();
    } catch {
      throw new Unreached();
    }

    if (response.status === 401 && !open && !again) {
      await this.#renew();
      return this.#send(method, path, { body, headers, again: true });
    }

    const isJson = blob.size > 0 && response.headers.get('Content-Type')?.includes('json');
    const read = isJson ? JSON.parse(await blob.text()) : null;
    if (!response.ok) throw new Refusal(response.status, read ?? {});
    return { body: read, blob, etag: response.headers.get('ETag') };
  }

  // A refresh token is good once, so two requests must not renew at the same time.
  #renew() {
    this.#renewing ??= (async () => {
      if (!this.#refresh) throw new Refusal(401, { code: 'auth.required' });
      try {
        this.#take((await this.#send('POST', '/v1/identity/refresh', { body: { refreshToken: this.#refresh }, open: true })).body);
      } catch (error) {
        if (error instanceof Refusal && error.status === 401) {
          this.#access = this.#refresh = null;
          this.onEnded();
        }
        throw error;
      }
    })().finally(() => { this.#renewing = null; });
    return this.#renewing;
  }

  #take({ accessToken, refreshToken }) {
    this.#access = accessToken;
    this.#refresh = refreshToken;
  }
}
