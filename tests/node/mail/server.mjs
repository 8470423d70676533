// A mail server on this machine that treats the first try of each mail as its receiver's name says, and takes the next one.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A certificate that nobody has signed; the program trusts it when SSL_CERT_FILE names it. */
export function certificate() {
  const folder = mkdtempSync(path.join(tmpdir(), 'learning-cert-'));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2',
    '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' });
  return { file: cert, key: readFileSync(key), cert: readFileSync(cert) };
}

export class MailServer {
  mails = [];
  tries = new Map();
  connections = 0;
  senders = 0;
  logins = [];

  static async start(options) {
    const server = new MailServer();
    await server.listen(options);
    return server;
  }

  async listen(options) {
    this.smtp = new SMTPServer({
      authOptional: true,
      logger: false,
      onConnect: (session, done) => { this.connections++; done(); },
      onAuth: (auth, session, done) => { this.logins.push(`${auth.username}:${auth.password}:${session.secure}`); done(null, { user: auth.username }); },
      onMailFrom: (address, session, done) => { this.senders++; done(); },
      onRcptTo: (address, session, done) => this.receive(address.address, done),
      onData: (stream, session, done) => this.take(stream, session, done),
      ...options,
    });
    this.smtp.on('error', () => {});
    await new Promise((done) => { this.smtp.listen(options.port ?? 0, '127.0.0.1', done); });
    this.port = this.smtp.server.address().port;
  }

  to(name) {
    return this.mails.filter((mail) => mail.to.text.includes(`${name}@example.org`));
  }

  receive(address, done) {
    const name = address.split('@')[0];
    const isFirst = !this.tries.has(name);
    this.tries.set(name, (this.tries.get(name) ?? 0) + 1);
    if (isFirst && name === 'refused') return done(Object.assign(new Error('Try again later'), { responseCode: 451 }));
    if (isFirst && name === 'silence') return undefined;
    return done();
  }

  async take(stream, session, done) {
    const mail = await simpleParser(stream);
    const name = session.envelope.rcptTo[0].address.split('@')[0];
    this.mails.push(Object.assign(mail, { secure: session.secure }));
    if (name === 'slow') setTimeout(done, 1500);
    else if (name !== 'lost' || this.tries.get(name) > 1) done();
  }

  stop() {
    return new Promise((done) => { this.smtp.close(done); });
  }
}
