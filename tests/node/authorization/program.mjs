// The program as a developer starts it, with a clock that is moved on, and a front end that is hosted elsewhere.
import { createServer } from 'node:http';
import { BuiltProgram } from '../program.mjs';
import { freePort } from '../openid/program.mjs';

export { password, until } from '../program.mjs';

export class Program extends BuiltProgram {
  static async start() {
    const url = `http://127.0.0.1:${await freePort()}`;
    return new Program('authorization', {
      ASPNETCORE_URLS: url, Public__BaseUrl: url, Sandbox__Enabled: 'true', Clock__StartAt: '2027-03-15T15:00:00Z',
    }).serve();
  }

  /** Another node on the same database. */
  startNode() {
    const { ConnectionStrings__Learning, Keys__Certificate, Keys__CertificatePassword, Public__BaseUrl } = this.env;
    const node = new Program('authorization-node', { ConnectionStrings__Learning, Keys__Certificate, Keys__CertificatePassword, Public__BaseUrl, Clock__StartAt: this.now?.toISOString() ?? '2027-03-15T15:30:00Z' });
    return node.serve();
  }

  async later(seconds) {
    this.now = new Date((this.now ?? new Date('2027-03-15T15:30:00Z')).getTime() + seconds * 1000);
    const moved = await this.call('', 'POST', '/sandbox/clock', { now: this.now.toISOString() });
    if (moved.status !== 200) throw new Error(JSON.stringify(moved.body));
  }
}

/** The page of the front end that people come back to. */
export async function frontEnd() {
  const server = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<!doctype html><title>Back</title><h1>Back at the front end</h1>'));
  await new Promise((listening) => { server.listen(0, '127.0.0.1', listening); });
  const origin = `http://127.0.0.1:${server.address().port}`;
  return { callback: `${origin}/callback`, stop: () => new Promise((stopped) => { server.close(stopped); server.closeAllConnections(); }) };
}
