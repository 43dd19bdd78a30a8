import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

/** A process that has a directory, until it is killed. */
async function owner(temporaryDirectory: string) {
  const program = `import { workDirectory } from './local/work-directory.ts'; console.log((await workDirectory()).path);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    env: { ...process.env, TMPDIR: temporaryDirectory },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line] = await once(child.stdout!, 'data');
  return { child, path: String(line).trim() };
}

test('what a killed stack left is deleted at the next start, and nothing of one that runs', async () => {
  const temporaryDirectory = mkdtempSync(join(tmpdir(), 'sweep-'));
  onTestFinished(() => rmSync(temporaryDirectory, { recursive: true }));
  const living = await owner(temporaryDirectory);
  const killed = await owner(temporaryDirectory);
  const exited = once(killed.child, 'exit');
  killed.child.kill('SIGKILL');
  await exited;
  expect(existsSync(killed.path)).toBe(true);

  const next = await owner(temporaryDirectory);
  expect([living, killed, next].map(({ path }) => existsSync(path))).toEqual([true, false, true]);
});
