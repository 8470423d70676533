// The program that was built last, started with a folder of its own for suites that speak to it over HTTP.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const makeKeyCertificate = path.join(import.meta.dirname, '../../deploy/make-key-certificate.sh');
const bin = path.join(import.meta.dirname, '../../src/MiiWrap.Learning.Api/bin');
const dll = process.env.LEARNING_API
  ?? ['Release', 'Debug'].map((c) => path.join(bin, c, 'net10.0/MiiWrap.Learning.Api.dll')).filter(existsSync).sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];

export const password = 'learn-and-practise-1';

export class BuiltProgram {
  output = '';

  /** @param {Record<string, string>} settings environment variables; they go before those that are set here */
  constructor(name, settings) {
    if (!dll) throw new Error('Build the program first: dotnet build');
    this.folder = mkdtempSync(path.join(tmpdir(), `learning-${name}-`));
    this.mail = path.join(this.folder, 'mail');
    // Not in the folder of the database: whoever copies both is anybody.
    this.keys = mkdtempSync(path.join(tmpdir(), `learning-${name}-keys-`));
    execFileSync(makeKeyCertificate, [this.keys], { env: { ...process.env, KEYS_PASSWORD: name }, stdio: 'ignore' });
    this.env = {
      ...process.env,
      ASPNETCORE_ENVIRONMENT: 'Development',
      ASPNETCORE_URLS: 'http://127.0.0.1:0',
      Keys__Certificate: path.join(this.keys, 'keys.pfx'),
      Keys__CertificatePassword: name,
      ConnectionStrings__Learning: `Data Source=${path.join(this.folder, 'learning.db')}`,
      Mail__PickupFolder: this.mail,
      ...settings,
    };
  }

  spawn(...args) {
    const child = spawn('dotnet', [dll, ...args], { cwd: this.folder, env: this.env });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { this.output += data; });
    return child;
  }

  /** Serves until it is stopped. */
  async serve() {
    this.child = this.spawn();
    await this.says('is ready at');
    this.url = /is ready at (http:\/\/127\.0\.0\.1:\d+)/.exec(this.output)[1];
    return this;
  }

  /** Asks it as whom a token is of. */
  async call(token, method, route, body, headers = {}) {
    const answer = await fetch(this.url + route, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }), ...headers },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text && /json/.test(answer.headers.get('content-type')) ? JSON.parse(text) : text };
  }

  /** The access token of somebody of the demonstration. */
  async signIn(email) {
    return (await this.call('', 'POST', '/v1/identity/login', { email, password })).body.accessToken;
  }

  says(text) {
    return until(() => {
      if (this.child.exitCode !== null || this.child.signalCode) throw new Error(`The program has ended: ${this.output}`);
      return this.output.includes(text);
    }, () => `the program says "${text}"; so far: ${this.output}`);
  }

  /** Ends it as an operator does; how long that took, in milliseconds. */
  async stop() {
    const begun = Date.now();
    const ended = new Promise((done) => { this.child.on('close', done); });
    this.child.kill('SIGTERM');
    await ended;
    for (const folder of [this.folder, this.keys]) rmSync(folder, { recursive: true });
    return Date.now() - begun;
  }
}

export async function until(holds, what, seconds = 90) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (await holds()) return;
    await new Promise((done) => { setTimeout(done, 50); });
  }
  throw new Error(`Not within ${seconds} s: ${typeof what === 'function' ? what() : what}`);
}
