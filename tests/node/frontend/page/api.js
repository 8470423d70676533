// Speaks with the API: tokens that renew themselves, problems as errors, and a difference between "refused" and "not reached".
const kept = 'practice-log.refresh';
// It opens nothing, and stays after the sign-out: by it the server knows this device again.
const device = 'practice-log.device';

/** An answer that is no success, with its problem document. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    Object.assign(this, { status, code: problem.code, problem });
  }
}

/** The server was not reached, so nobody knows whether it did what was asked. */
export class Unreached extends Error {}

export class Api {
  #access = null;
  #renewing = null;

  constructor(address) {
    this.address = address;
  }

  get mayBeSignedIn() {
    return this.#access !== null || sessionStorage.getItem(kept) !== null;
  }

  async signIn(email, password) {
    const { body } = await this.#send('POST', '/v1/identity/login', { body: { email, password, deviceToken: localStorage.getItem(device) }, open: true });
    localStorage.setItem(device, body.deviceToken);
    this.#take(body);
  }

  async signOut() {
    await this.post('/v1/identity/logout').catch(() => {});
    this.#access = null;
    sessionStorage.removeItem(kept);
  }

  get(path) { return this.#send('GET', path); }

  post(path, body, headers) { return this.#send('POST', path, { body, headers }); }

  put(path, body, headers) { return this.#send('PUT', path, { body, headers }); }

  async #send(method, path, { body, headers = {}, open = false, again = false } = {}) {
    if (!open && !this.#access) await this.#renew();
    let response, text;
    try {
      response = await fetch(this.address + path, {
        method,
        headers: { ...headers, ...(body && { 'Content-Type': 'application/json' }), ...(!open && { Authorization: `Bearer ${this.#access}` }) },
        body: body && JSON.stringify(body),
      });
      // The line may be cut in the middle of the answer too.
      text = await response.text();
    } catch {
      throw new Unreached('The server is not reached.');
    }

    if (response.status === 401 && !open && !again) {
      await this.#renew();
      return this.#send(method, path, { body, headers, again: true });
    }

    const read = text && response.headers.get('Content-Type')?.includes('json') ? JSON.parse(text) : null;
    if (!response.ok) throw new Refusal(response.status, read ?? {});
    return { body: read, etag: response.headers.get('ETag') };
  }

  // A refresh token is good once, so two requests must not renew at the same time.
  #renew() {
    this.#renewing ??= (async () => {
      const refreshToken = sessionStorage.getItem(kept);
      if (!refreshToken) throw new Refusal(401, { detail: 'Please sign in.' });
      try {
        this.#take((await this.#send('POST', '/v1/identity/refresh', { body: { refreshToken }, open: true })).body);
      } catch (error) {
        if (error instanceof Refusal) sessionStorage.removeItem(kept);
        throw error;
      }
    })().finally(() => { this.#renewing = null; });
    return this.#renewing;
  }

  #take({ accessToken, refreshToken }) {
    this.#access = accessToken;
    // For the tab alone: closing it signs out.
    sessionStorage.setItem(kept, refreshToken);
  }
}
