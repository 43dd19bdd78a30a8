import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { inject, onTestFinished } from 'vitest';

export type Ended = { exitCode: number | null; output: string; notes: string };

const command = inject('command');

/** The command as users run it: one file, run by Node alone, with nothing but this environment. */
export function startUidpush(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [command, ...args], { env: environment });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const ended = async (): Promise<Ended> => {
    const [[exitCode], output, notes] = await Promise.all([
      once(child, 'exit'),
      text(child.stdout),
      text(child.stderr),
    ]);
    return { exitCode, output, notes };
  };
  return { child, ended: ended() };
}

export function uidpush(args: string[], environment?: Record<string, string>): Promise<Ended> {
  return startUidpush(args, environment).ended;
}

/** `script` of util-linux runs a command on a pseudo-terminal; that of other systems has other options. */
export const hasTerminals = /util-linux/.test(
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout,
);
if (!hasTerminals && process.env.CI) throw new Error('The tests need `script` of util-linux (bsdutils).');
/** What the name of a test says that needs a terminal, where there is none. */
export const butNoTerminals = hasTerminals ? '' : ' (not run: `script` of util-linux is not installed)';

/** The command with its standard error on a terminal, and the rest as in `startUidpush`. */
export async function uidpushOnTerminal(args: string[], environment: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'uidpush-cli-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const outputFile = join(folder, 'output');
  const line = `${[process.execPath, command, ...args].map(quoted).join(' ')} > ${quoted(outputFile)}`;
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const terminal = text(child.stdout);
  const [exitCode] = await once(child, 'exit');
  return { exitCode, output: await readFile(outputFile, 'utf8'), terminal: await terminal };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
