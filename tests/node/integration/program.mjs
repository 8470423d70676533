// The program with its demonstration, whose webhooks may come back to this machine.
import { createServer } from 'node:http';
import { BuiltProgram } from '../program.mjs';

export { until } from '../program.mjs';

export class Program extends BuiltProgram {
  static start() {
    return new Program('integration', { Webhooks__AllowPrivateNetworks: 'true' }).serve();
  }

  async signIn(name) {
    const session = new Session(this.url);
    session.token = (await session.call('POST', '/v1/identity/login', { email: `${name}@example.org`, password: 'learn-and-practise-1' })).accessToken;
    return session;
  }
}

export class Session {
  constructor(url) {
    this.url = url;
  }

  fetch(route, { headers, ...more } = {}) {
    return fetch(new URL(route, this.url), { ...more, headers: { ...headers, ...(this.token && { authorization: `Bearer ${this.token}` }) } });
  }

  async call(method, route, body) {
    const answer = await this.fetch(route, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${route} answered ${answer.status}: ${text}`);
    return text && JSON.parse(text);
  }

  /** Completes the learner's first unit that is open and not done. */
  async completeAUnit() {
    const enrolment = (await this.call('GET', '/v1/me')).enrolments[0].id;
    const journey = await this.call('GET', `/v1/enrolments/${enrolment}`);
    const unit = journey.modules.flatMap((m) => m.units).find((u) => ['open', 'started'].includes(u.state)).slug;
    await this.call('POST', `/v1/enrolments/${enrolment}/units/${unit}/complete`, { ifThen: { cue: 'I open my notes', action: 'I will ask before I tell' } });
    return { enrolment, unit };
  }
}

/** Another program's server, which answers as told. */
export async function receiver() {
  const received = [];
  const answers = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString(), at: Date.now() });
    response.writeHead(answers.shift() ?? 204).end();
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  return { received, answers, url: `http://127.0.0.1:${server.address().port}/hook`, stop: () => new Promise((done) => { server.closeAllConnections(); server.close(done); }) };
}
