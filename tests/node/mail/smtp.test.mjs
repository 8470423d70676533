import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Program, tokenIn, until } from './program.mjs';
import { MailServer, certificate } from './server.mjs';

const trusted = certificate();
const smtp = (server, more) => ({ Mail__Host: 'localhost', Mail__Port: `${server.port}`, Mail__TimeoutSeconds: '3', SSL_CERT_FILE: trusted.file, ...more });

describe('Mail over SMTP with STARTTLS', () => {
  let server, program;
  before(async () => {
    server = await MailServer.start(trusted);
    program = await Program.start(smtp(server, { Mail__UserName: 'learning', Mail__Password: 'open-says-me' }));
    // All at once: each name tells the server what to do with its first try.
    for (const name of ['refused', 'silence', 'lost', 'slow', 'plain']) await program.invite(name);
  });
  after(async () => {
    await program.stop();
    await server.stop();
  });

  const arrived = async (name, count = 1) => {
    await until(() => server.to(name).length >= count, () => `mail to ${name}; the program said ${program.output}`);
    return server.to(name);
  };

  test('a mail arrives once, encrypted, as plain text and HTML, and its link works', async () => {
    const [mail] = await arrived('plain');
    assert.equal(mail.secure, true);
    assert.equal(mail.from.text, '"MiiWrap Learning" <learning@example.org>');
    assert.equal(mail.to.text, '"Zoë plain" <plain@example.org>');
    assert.equal(mail.subject, 'You are invited to MiiWrap Learning');
    assert.match(mail.messageId, /^<[0-9a-f]{32}@example\.org>$/);
    assert.equal(mail.headers.get('auto-submitted'), 'auto-generated');
    assert.match(mail.text, /Hello Zoë plain/);
    assert.match(mail.html, /Hello Zo(ë|&#xEB;) plain/);
    const token = tokenIn(mail.text);
    assert.equal(tokenIn(mail.html), token);
    await program.call('POST', '/v1/identity/invitations/accept', { token, password: 'four quiet herons' });
  });

  test('the name and the password are told to the server, and over TLS alone', async () => {
    await arrived('plain');
    assert.deepEqual([...new Set(server.logins)], ['learning:open-says-me:true']);
  });

  test('a server that answers slowly gets the mail once', async () => {
    await arrived('slow');
  });

  test('a server that refuses gets it when it has recovered', async () => {
    await arrived('refused');
    assert.equal(server.tries.get('refused'), 2);
  });

  test('a server that falls silent is given up, and gets it when it has recovered', async () => {
    await arrived('silence');
    assert.match(program.output, /The mail server did not answer in time\. It is tried again/);
  });

  test('a server that takes a mail and does not say so gets it again under the same Message-ID', async () => {
    const [first, second] = await arrived('lost', 2);
    assert.equal(second.messageId, first.messageId);
    // Whichever copy the reader opens, its link is good.
    await program.call('POST', '/v1/identity/invitations/accept', { token: tokenIn(first.text), password: 'four quiet herons' });
  });

  test('after all that every mail has arrived once, and nothing secret is in the log', async () => {
    await until(() => ['refused', 'silence', 'slow', 'plain'].every((name) => server.to(name).length > 0), 'all mails');
    // Two more turns of the sweep find nothing to send.
    await new Promise((done) => { setTimeout(done, 32_000); });
    for (const name of ['refused', 'silence', 'slow', 'plain']) assert.equal(server.to(name).length, 1, name);
    assert.equal(server.to('lost').length, 2);
    assert.ok(!program.output.includes('open-says-me'));
    for (const mail of server.mails) assert.ok(!program.output.includes(tokenIn(mail.text)));
  });
});

describe('A server that cannot be trusted', { concurrency: true }, () => {
  const untold = async (t, options, reason) => {
    const server = await MailServer.start(options);
    t.after(() => server.stop());
    const program = await Program.start(smtp(server));
    t.after(() => program.stop());
    await program.invite('nobody');
    await program.says('could not be sent at attempt 1');
    assert.match(program.output, reason);
    assert.ok(server.connections > 0);
    assert.deepEqual([server.senders, server.mails.length, server.logins.length], [0, 0, 0]);
  };

  test('is told nothing when it offers no STARTTLS', (t) => untold(t, { hideSTARTTLS: true, disabledCommands: ['STARTTLS'] }, /offers no TLS/));
  test('is told nothing when nobody vouches for its certificate', (t) => untold(t, certificate(), /has no TLS that is trusted here/));
});
