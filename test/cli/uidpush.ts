import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { bundleCli } from '../../bin/bundles.ts';

export type Ended = { exitCode: number | null; output: string; notes: string };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uidpush-cli-'));
  await bundleCli(join(folder, 'cli.mjs'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The command as users run it: one file, run by Node alone, with nothing but this environment. */
export function startUidpush(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(folder, 'cli.mjs'), ...args], { env: environment });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const output = text(child.stdout);
  const notes = text(child.stderr);
  const exited = once(child, 'exit');
  const ended = async (): Promise<Ended> => {
    const [exitCode] = await exited;
    return { exitCode, output: await output, notes: await notes };
  };
  return { child, ended: ended() };
}

export function uidpush(args: string[], environment?: Record<string, string>): Promise<Ended> {
  return startUidpush(args, environment).ended;
}
