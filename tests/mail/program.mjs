// Starts the program as an operator would, with a database and a folder of its own, and speaks to it over HTTP.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const bin = path.join(import.meta.dirname, '../../src/MiiWrap.Learning.Api/bin');
const dll = process.env.LEARNING_API
  ?? ['Release', 'Debug'].map((c) => path.join(bin, c, 'net10.0/MiiWrap.Learning.Api.dll')).find(existsSync);

export class Program {
  static async start(settings) {
    if (!dll) throw new Error('Build the program first: dotnet build -c Release');
    const program = new Program();
    program.folder = mkdtempSync(path.join(tmpdir(), 'learning-mail-'));
    program.url = `http://127.0.0.1:${await freePort()}`;
    program.env = {
      ...process.env,
      ...settings,
      ConnectionStrings__Learning: `Data Source=${path.join(program.folder, 'learning.db')}`,
      Public__BaseUrl: 'https://learning.example.org',
      Mail__Mode: 'Smtp',
      Mail__From: 'MiiWrap Learning <learning@example.org>',
      ASPNETCORE_URLS: program.url,
      ASPNETCORE_ENVIRONMENT: 'Production',
    };
    const invited = await program.run('--invite-admin', 'admin@example.org');
    program.child = program.spawn();
    await program.says('is ready at');
    await program.call('POST', '/v1/identity/invitations/accept', { token: tokenIn(invited), password: 'three quiet herons' });
    program.token = (await program.call('POST', '/v1/identity/login', { email: 'admin@example.org', password: 'three quiet herons' })).accessToken;
    return program;
  }

  output = '';

  spawn(...args) {
    const child = spawn('dotnet', [dll, ...args], { env: this.env, cwd: this.folder });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { this.output += data; });
    return child;
  }

  async run(...args) {
    const child = this.spawn(...args);
    const code = await new Promise((done) => { child.on('close', done); });
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${this.output}`);
    return this.output;
  }

  says(text) {
    return until(() => {
      if (this.child.exitCode !== null) throw new Error(`The program has ended: ${this.output}`);
      return this.output.includes(text);
    }, `the program says "${text}"; so far: ${this.output}`);
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

  async stop() {
    const ended = new Promise((done) => { this.child.on('close', done); });
    this.child.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true });
  }
}

export const tokenIn = (text) => /token=([A-Za-z0-9_-]{43})/.exec(text)[1];

export async function until(holds, what, seconds = 90) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (await holds()) return;
    await new Promise((done) => { setTimeout(done, 100); });
  }
  throw new Error(`Not within ${seconds} s: ${typeof what === 'function' ? what() : what}`);
}

async function freePort() {
  for (let port = 5700; port < 5800; port++) {
    const isFree = await new Promise((done) => {
      const server = createServer().once('error', () => done(false)).once('listening', () => server.close(() => done(true)));
      server.listen(port, '127.0.0.1');
    });
    if (isFree) return port;
  }
  throw new Error('No port between 5700 and 5799 is free.');
}
