// The program as an operator starts it, with a mail server and an admin of its own.
import { BuiltProgram } from '../program.mjs';

export { until } from '../program.mjs';

export class Program extends BuiltProgram {
  static async start(settings) {
    const program = new Program('mail', {
      ...settings,
      Public__BaseUrl: 'https://learning.example.org',
      Mail__Mode: 'Smtp',
      Mail__From: 'MiiWrap Learning <learning@example.org>',
      ASPNETCORE_ENVIRONMENT: 'Production',
    });
    const invited = await program.run('--invite-admin', 'admin@example.org');
    await program.serve();
    await program.call('POST', '/v1/identity/invitations/accept', { token: tokenIn(invited), password: 'three quiet herons' });
    program.token = (await program.call('POST', '/v1/identity/login', { email: 'admin@example.org', password: 'three quiet herons' })).accessToken;
    return program;
  }

  async run(...args) {
    const child = this.spawn(...args);
    const code = await new Promise((done) => { child.on('close', done); });
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${this.output}`);
    return this.output;
  }

  async call(method, route, body) {
    const answer = await fetch(this.url + route, {
      method,
      headers: { 'content-type': 'application/json', ...(this.token && { authorization: `Bearer ${this.token}` }) },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${route} answered ${answer.status}: ${text}`);
    return text && JSON.parse(text);
  }

  invite(name) {
    return this.call('POST', '/v1/people', { email: `${name}@example.org`, name: `Zoë ${name}`, timeZone: 'America/Chicago' });
  }
}

export const tokenIn = (text) => /token=([A-Za-z0-9_-]{43})/.exec(text)[1];
