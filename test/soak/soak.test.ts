import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** A process of its own: its memory and its handles are not those of the tests. */
function soak(...options: string[]): Promise<{ stdout: string }> {
  return promisify(execFile)(process.execPath, ['--import', 'tsx', 'bench/soak/main.ts', ...options]);
}

test('the books of a short soak balance', async () => {
  const { stdout } = await soak('--minutes', '0.25', '--seed', '7');

  expect(stdout).toMatch(/^seed 7\n/);
  expect(stdout).toMatch(/\nbalanced: seed 7, 0\.25 minutes\n$/);
});

test('options that can’t be understood end it with 2', async () => {
  await expect(soak('--minutes', '0')).rejects.toMatchObject({ code: 2 });
  await expect(soak('--seed', 'x')).rejects.toMatchObject({ code: 2 });
});
