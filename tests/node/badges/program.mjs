// The program as a developer starts it, at the address that its badges name, and what an operator does beside it.
import { BuiltProgram } from '../program.mjs';
import { freePort } from '../openid/program.mjs';

export const password = 'learn-and-practise-1';

export class Program extends BuiltProgram {
  static async start() {
    const url = `http://127.0.0.1:${await freePort()}`;
    return new Program('badges', { ASPNETCORE_URLS: url, Public__BaseUrl: url, Credentials__IssuerName: 'High Plains Coaching – Böhm' }).serve();
  }

  /** Gives badges another key while the program serves; its thumbprint. */
  async rotateKey() {
    const operator = this.spawn('--rotate-badge-key');
    let said = '';
    operator.stdout.on('data', (data) => { said += data; });
    const code = await new Promise((ended) => { operator.on('close', ended); });
    if (code !== 0) throw new Error(`The rotation ended with ${code}: ${this.output}`);
    return /by the key ([\w-]{43}) from now on/.exec(said)[1];
  }

  async call(token, method, route, body) {
    const answer = await fetch(this.url + route, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text && JSON.parse(text) };
  }

  async signIn(email) {
    return (await this.call('', 'POST', '/v1/identity/login', { email, password })).body.accessToken;
  }
}
