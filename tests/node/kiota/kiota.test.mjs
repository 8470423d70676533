// A C# client that Kiota generates from the checked-in contract, compiled with warnings as errors, plays against the running program.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { startServer } from '../browser/server.mjs';

const project = path.join(import.meta.dirname, '../../MiiWrap.Learning.GeneratedClient');

async function dotnet(...args) {
  try {
    return (await promisify(execFile)('dotnet', args, { cwd: project, encoding: 'utf8', timeout: 300_000 })).stdout;
  } catch (wrong) {
    throw new Error(`dotnet ${args.join(' ')}\n${wrong.stdout}${wrong.stderr}`);
  }
}

describe('A client in C# that Kiota generated', () => {
  let server;
  before(async () => { server = await startServer(); });
  after(() => server?.stop());

  test('it compiles, with warnings as errors', async () => {
    await dotnet('build', '-c', 'Release', '-warnaserror', '-v', 'q', '--nologo');
  });

  test('a learner plays the whole loop with it', async (t) => {
    const steps = (await dotnet('run', '-c', 'Release', '--no-build', '--', server.address)).trim().split('\n');
    for (const step of steps) t.diagnostic(step);
    assert.match(steps.at(-1), /answers a check-in/);
  });
});
