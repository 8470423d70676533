// Starts the built program with its demonstration, on a free port of this machine and a folder that is gone afterwards; its webhooks may come back here.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

const bin = path.join(import.meta.dirname, '../../src/MiiWrap.Learning.Api/bin');

/** The newest build there is. */
const dll = process.env.LEARNING_API
  ?? ['Release', 'Debug'].map((c) => path.join(bin, c, 'net10.0/MiiWrap.Learning.Api.dll')).filter(existsSync).sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];

export class Program {
  output = '';

  static async start() {
    if (!dll) throw new Error('Build the program first: dotnet build');
    const program = new Program();
    program.folder = mkdtempSync(path.join(tmpdir(), 'learning-integration-'));
    program.child = spawn('dotnet', [dll], {
      cwd: program.folder,
      env: {
        ...process.env,
        ASPNETCORE_ENVIRONMENT: 'Development',
        ASPNETCORE_URLS: 'http://127.0.0.1:0',
        ConnectionStrings__Learning: `Data Source=${path.join(program.folder, 'learning.db')}`,
        Mail__PickupFolder: path.join(program.folder, 'mail'),
        Webhooks__AllowPrivateNetworks: 'true',
      },
    });
    for (const stream of [program.child.stdout, program.child.stderr]) stream.on('data', (data) => { program.output += data; });
    await until(() => {
      if (program.child.exitCode !== null) throw new Error(`The program has ended: ${program.output}`);
      return program.output.includes('is ready at');
    }, () => `the program is ready; so far: ${program.output}`);
    program.url = /http:\/\/127\.0\.0\.1:\d+/.exec(program.output)[0];
    return program;
  }

  async signIn(name) {
    const session = new Session(this.url);
    session.token = (await session.call('POST', '/v1/identity/login', { email: `${name}@example.org`, password: 'learn-and-practise-1' })).accessToken;
    return session;
  }

  /** Ends it as an operator does; how long that took, in milliseconds. */
  async stop() {
    const begun = Date.now();
    const ended = new Promise((done) => { this.child.on('close', done); });
    this.child.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true });
    return Date.now() - begun;
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

export async function until(holds, what, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (await holds()) return;
    await new Promise((done) => { setTimeout(done, 50); });
  }
  throw new Error(`Not within ${seconds} s: ${typeof what === 'function' ? what() : what}`);
}
