import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';

const uidpush = ['cli/main.ts'];
const cost = ['bench/cost/main.ts'];
/** A push to nobody at an address of nobody: it is refused by the arguments, so needs no stack. */
const usage = [...uidpush, 'push', 'u1', '[1]'];

/** A device that is always full; Linux has it. */
const full = '/dev/full';
const hasFull = existsSync(full);

type Output = 'kept' | 'full' | 'closed';

async function run(
  program: string[],
  { stdout = 'kept', stderr = 'kept' }: { stdout?: Output; stderr?: Output } = {},
) {
  const stdio = (output: Output) => (output === 'full' ? openSync(full, 'w') : 'pipe');
  const child = spawn(process.execPath, ['--import', 'tsx', ...program], {
    stdio: ['ignore', stdio(stdout), stdio(stderr)],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  if (stdout === 'closed') child.stdout?.destroy();
  if (stderr === 'closed') child.stderr?.destroy();
  const notes = stderr === 'kept' ? text(child.stderr!) : '';
  const [exitCode] = await once(child, 'exit');
  return { exitCode, notes: await notes };
}

describe('a command', () => {
  test.each([
    ['result', cost, 0],
    ['help', [...uidpush, '--help'], 0],
    ['help', ['local/main.ts', '--help'], 0],
  ])(
    'whose reader has gone before its %s keeps its exit code and says nothing (%j)',
    async (_, program, exitCode) => {
      expect(await run(program, { stdout: 'closed' })).toEqual({ exitCode, notes: '' });
    },
  );

  test('whose standard error has no reader keeps its exit code', async () => {
    expect(await run(usage, { stderr: 'closed' })).toMatchObject({ exitCode: 2 });
  });

  test.runIf(hasFull).each([
    ['cost', cost],
    ['uidpush', [...uidpush, '--help']],
    ['uidpush', ['local/main.ts', '--help']],
  ])('that can not write its result says so in a line and ends with 3 (%s %j)', async (name, program) => {
    const { exitCode, notes } = await run(program, { stdout: 'full' });
    expect(exitCode).toBe(3);
    expect(notes).toMatch(new RegExp(`^${name}: .*ENOSPC.*\n$`));
  });

  test.runIf(hasFull)('that can not write to standard error ends with 3', async () => {
    expect(await run(usage, { stderr: 'full' })).toMatchObject({ exitCode: 3 });
  });

  test('that fails by itself says so in a line and ends with 3', async () => {
    const { exitCode, notes } = await run(['local/main.ts', '--assembly', '/nope']);
    expect(exitCode).toBe(3);
    expect(notes).toMatch(/^uidpush: .*\/nope.*\n$/);
  });
});

test('every script of ours runs by it', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const programs = Object.values(scripts).flatMap((script) => /\S+\/main\.ts/.exec(script)?.[0] ?? []);
  for (const program of ['cli/main.ts', ...programs])
    expect(readFileSync(program, 'utf8'), program).toContain('await runCommand(');
  expect(programs).toHaveLength(7);
});
