// The program with its demonstration for a test, and people who use its API.
import { BuiltProgram } from '../program.mjs';

const password = 'learn-and-practise-1';

/**
 * @param {Record<string, string>} settings further settings, as environment variables (A__B)
 * @returns {Promise<{ address: string, mail: string, signIn: (email: string) => Promise<Session>, stop: () => Promise<void> }>}
 */
export async function startServer(settings = {}) {
  const program = await new BuiltProgram('browser', {
    // Dozens of looks within a minute come from one address, and sign the same people in.
    Limits__SignInBurst: '1000',
    Limits__AddressBurst: '10000',
    Limits__CallerBurst: '10000',
    Demo__Password: password,
    Clock__StartAt: '2027-03-15T15:00:00Z',
    Jobs__Enabled: 'false',
    ...settings,
  }).serve();
  return { address: program.url, mail: program.mail, signIn: (email) => Session.of(program.url, email), stop: () => program.stop() };
}

/** Someone of the demonstration who uses the API. */
export class Session {
  constructor(address, token) {
    this.address = address;
    this.authorization = `Bearer ${token}`;
  }

  static async of(address, email) {
    const { accessToken } = await Session.read(await fetch(`${address}/v1/identity/login`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email, password }) }));
    return new Session(address, accessToken);
  }

  static async read(response) {
    if (!response.ok) throw new Error(`${response.status} ${response.url}: ${await response.text()}`);
    return response.json();
  }

  async get(path) {
    return Session.read(await fetch(this.address + path, { headers: { Authorization: this.authorization } }));
  }

  async post(path, body) {
    return Session.read(await fetch(this.address + path, { method: 'POST', headers: { Authorization: this.authorization, 'Content-Type': 'application/json' }, body: JSON.stringify(body) }));
  }

  async delete(path) {
    const response = await fetch(this.address + path, { method: 'DELETE', headers: { Authorization: this.authorization } });
    if (!response.ok) throw new Error(`${response.status} ${response.url}: ${await response.text()}`);
  }
}
