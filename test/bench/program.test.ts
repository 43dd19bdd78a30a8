import { describe, expect, test } from 'vitest';
import { type BenchOptions, createProgram } from '../../bench/program.ts';

async function parsed(...args: string[]): Promise<BenchOptions> {
  let options: BenchOptions | undefined;
  const program = createProgram(['first', 'second'], async (given) => {
    options = given;
  });
  program.configureOutput({ writeErr: () => {} });
  await program.parseAsync(args, { from: 'user' });
  return options!;
}

describe('npm run bench', () => {
  test('measures every section, wholly, unless it is told otherwise', async () => {
    expect(await parsed()).toMatchObject({ only: ['first', 'second'], scale: 'full', keep: false });
    expect(await parsed('--only', 'second', '--quick')).toMatchObject({ only: ['second'], scale: 'quick' });
  });

  test('knows its sections', async () => {
    await expect(parsed('--only', 'third')).rejects.toThrow('Sections are first, second.');
  });

  test('keeps nothing but whole runs', async () => {
    expect(await parsed('--keep')).toMatchObject({ keep: true });
    await expect(parsed('--keep', '--quick')).rejects.toThrow('only a whole run');
    await expect(parsed('--keep', '--only', 'first')).rejects.toThrow('only a whole run');
  });
});
