// Starts the built program for a test, on a free port of this machine alone and on folders that are gone afterwards.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const password = 'learn-and-practise-1';

/** The newest build there is. */
function program() {
  const builds = ['Release', 'Debug']
    .map((configuration) => join(root, 'src/MiiWrap.Learning.Api/bin', configuration, 'net10.0/MiiWrap.Learning.Api.dll'))
    .filter((file) => existsSync(file))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (builds.length === 0) throw new Error('Build the program first: dotnet build src/MiiWrap.Learning.Api');
  return builds[0];
}

/**
 * @param {Record<string, string>} settings further settings, as environment variables (A__B)
 * @returns {Promise<{ address: string, mail: string, signIn: (email: string) => Promise<Session>, stop: () => Promise<void> }>}
 */
export async function startServer(settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'learning-browser-'));
  const mail = join(folder, 'mail');
  const child = spawn('dotnet', [program()], {
    cwd: folder,
    env: {
      ...process.env,
      ASPNETCORE_ENVIRONMENT: 'Development',
      ASPNETCORE_URLS: 'http://127.0.0.1:0',
      ConnectionStrings__Learning: `Data Source=${join(folder, 'learning.db')}`,
      Mail__PickupFolder: mail,
      // Dozens of looks within a minute come from one address, and sign the same people in.
      Limits__SignInBurst: '1000',
      Limits__AddressBurst: '10000',
      Limits__CallerBurst: '10000',
      Demo__Password: password,
      Clock__StartAt: '2027-03-15T15:00:00Z',
      Jobs__Enabled: 'false',
      ...settings,
    },
  });
  const stopped = new Promise((done) => child.once('exit', done));
  const address = await new Promise((found, failed) => {
    let said = '';
    const hear = (chunk) => {
      said += chunk;
      const ready = /is ready at (http:\/\/127\.0\.0\.1:\d+)/.exec(said);
      if (ready) found(ready[1]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`The program ended with ${code}:\n${said}`)));
  });
  return {
    address,
    mail,
    signIn: (email) => Session.of(address, email),
    stop: async () => {
      child.kill('SIGTERM');
      await stopped;
      rmSync(folder, { recursive: true, force: true });
    },
  };
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
}
