import { randomInt } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { markdownTable } from 'markdown-table';
import { ExitCode } from '../../terminal/exit-code.ts';
import { print } from '../../terminal/output.ts';
import { runCommand } from '../../terminal/run-command.ts';
import { soak } from './soak.ts';

/**
 * `npm run soak`: exit code 0 when the books balance, 1 when they don't, 2 for options that it doesn't understand, 3
 * when it fails.
 */
let end: ExitCode = ExitCode.done;
const program = new Command('npm run soak')
  .usage('-- [options]')
  .description('Runs the local stack under load while all kinds of things go wrong, and balances the books.')
  .option('--minutes <n>', 'how long things go wrong: 0.2 to 120', minutes, 5)
  .option('--seed <n>', 'of all chance; default: a random one', seedNumber)
  .exitOverride()
  .allowExcessArguments(false)
  .action(async ({ minutes, seed = randomInt(1, 2 ** 31) }: { minutes: number; seed?: number }) => {
    print(`seed ${seed}\n`);
    const onProgress = (line: string) => print(`${line}\n`);
    const verdicts = await soak({ seed, runMs: minutes * 60_000, onProgress });
    const rows = verdicts.map(({ what, holds, numbers }) => [holds ? 'yes' : 'NO', what, numbers]);
    print(`\n${markdownTable([['holds', 'what', 'numbers'], ...rows])}\n`);
    const isBalanced = verdicts.every(({ holds }) => holds);
    print(`\n${isBalanced ? 'balanced' : 'NOT balanced'}: seed ${seed}, ${minutes} minutes\n`);
    end = isBalanced ? ExitCode.done : ExitCode.negative;
  });

function minutes(text: string): number {
  const value = Number(text);
  if (value >= 0.2 && value <= 120) return value;
  throw new InvalidArgumentError('It must be a number from 0.2 to 120.');
}

function seedNumber(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

await runCommand('soak', async () => {
  await program.parseAsync();
  return end;
});
