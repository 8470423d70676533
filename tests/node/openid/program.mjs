// The program as a developer starts it, so that there are people to sign in as and the provider may be reached without TLS; it trusts one OpenID provider.
import { createServer } from 'node:net';
import { BuiltProgram } from '../program.mjs';

export { until } from '../program.mjs';

export class Program extends BuiltProgram {
  static start(settings) {
    return new Program('openid', settings).serve();
  }
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
