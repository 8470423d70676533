// Starts the program as a developer would, with a database and a folder of its own, and lets it trust one OpenID provider.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const bin = path.join(import.meta.dirname, '../../src/MiiWrap.Learning.Api/bin');
const dll = process.env.LEARNING_API
  ?? ['Release', 'Debug'].map((c) => path.join(bin, c, 'net10.0/MiiWrap.Learning.Api.dll')).find(existsSync);

export class Program {
  output = '';

  static async start(settings) {
    if (!dll) throw new Error('Build the program first: dotnet build -c Release');
    const program = new Program();
    program.folder = mkdtempSync(path.join(tmpdir(), 'learning-openid-'));
    program.url = `http://127.0.0.1:${await freePort()}`;
    program.child = spawn('dotnet', [dll], {
      cwd: program.folder,
      env: {
        ...process.env,
        ...settings,
        ConnectionStrings__Learning: `Data Source=${path.join(program.folder, 'learning.db')}`,
        Mail__PickupFolder: path.join(program.folder, 'mail'),
        ASPNETCORE_URLS: program.url,
        // The provider is reached without TLS, which is taken here alone; and there are people to sign in as.
        ASPNETCORE_ENVIRONMENT: 'Development',
      },
    });
    for (const stream of [program.child.stdout, program.child.stderr]) stream.on('data', (data) => { program.output += data; });
    await until(() => {
      if (program.child.exitCode !== null || program.child.signalCode) throw new Error(`The program has ended: ${program.output}`);
      return program.output.includes('is ready at');
    }, () => `the program is ready; so far: ${program.output}`);
    return program;
  }

  async call(token, method, route, body) {
    const answer = await fetch(this.url + route, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text && JSON.parse(text) };
  }

  async stop() {
    const ended = new Promise((done) => { this.child.on('close', done); });
    this.child.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true });
  }
}

export async function until(holds, what, seconds = 90) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (await holds()) return;
    await new Promise((done) => { setTimeout(done, 100); });
  }
  throw new Error(`Not within ${seconds} s: ${what()}`);
}

export async function freePort() {
  for (let port = 5800; port < 5900; port++) {
    const isFree = await new Promise((done) => {
      const server = createServer().once('error', () => done(false)).once('listening', () => server.close(() => done(true)));
      server.listen(port, '127.0.0.1');
    });
    if (isFree) return port;
  }
  throw new Error('No port between 5800 and 5899 is free.');
}
