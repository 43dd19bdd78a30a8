import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

export type Ended = { exitCode: number | null; output: string; notes: string };

/** `npm run conformance`, without npm: a process with nothing but this environment. */
export async function conformance(args: string[], environment: Record<string, string> = {}): Promise<Ended> {
  const program = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...environment },
  });
  onTestFinished(() => {
    program.kill('SIGKILL');
  });
  const output = text(program.stdout);
  const notes = text(program.stderr);
  const [exitCode] = await once(program, 'exit');
  return { exitCode, output: await output, notes: await notes };
}

/** A file with these outputs, as `cdk deploy --outputs-file` writes it. */
export async function outputsFile(outputs: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'uidpush-conformance-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'outputs.json');
  await writeFile(file, JSON.stringify({ uidpush: outputs }));
  return file;
}
