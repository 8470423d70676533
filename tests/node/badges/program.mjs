// The program as a developer starts it, at the address that its badges name, and what an operator does beside it.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BuiltProgram } from '../program.mjs';
import { freePort } from '../openid/program.mjs';

/** A credential that a programme admin's word is enough for. */
const definition = `code: coaches-here
title: "Coaches here – très bien"
curriculum: miiwrap-coaching-cohort
criteria: Its holder coaches, <b>&</b> whoever leads the programme says so.
validMonths: 12
graceDays: 60
requirements:
  - attestation: {by: lead, words: The holder coaches.}
renewal:
  - attestation: {by: lead, words: The holder coaches still.}
`;

export class Program extends BuiltProgram {
  static async start() {
    const content = mkdtempSync(path.join(tmpdir(), 'learning-badges-content-'));
    cpSync(path.join(import.meta.dirname, '../../../content'), content, { recursive: true });
    writeFileSync(path.join(content, 'credentials/coaches-here.yml'), definition);
    const url = `http://127.0.0.1:${await freePort()}`;
    const program = new Program('badges', {
      ASPNETCORE_URLS: url, Public__BaseUrl: url, Content__Folder: content, Credentials__IssuerName: 'High Plains Coaching – Böhm',
    });
    program.content = content;
    return program.serve();
  }

  async stop() {
    await super.stop();
    rmSync(this.content, { recursive: true });
  }

  /** Gives badges another key while the program serves; its thumbprint. */
  async rotateKey() {
    const operator = this.spawn('--rotate-badge-key');
    let said = '';
    operator.stdout.on('data', (data) => { said += data; });
    const code = await new Promise((ended) => { operator.on('close', ended); });
    if (code !== 0) throw new Error(`The rotation ended with ${code}: ${this.output}`);
    return /by the key ([\w-]{43}) from now on/.exec(said)[1];
  }
}
