import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { type CostOptions, createProgram } from '../../bench/cost/program.ts';
import { type Report, reportOf, toMarkdown } from '../../bench/cost/report.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function optionsOf(args: string[]): CostOptions {
  let read: CostOptions | undefined;
  createProgram((options) => {
    read = options;
  }).parse(args, { from: 'user' });
  if (!read) throw new Error('The program did not run.');
  return read;
}

function markdownOf(...args: string[]): string {
  const { load, withFreeTier } = optionsOf(args);
  return toMarkdown(reportOf(load, withFreeTier));
}

function run(...args: string[]) {
  return spawnSync(process.execPath, ['--import', 'tsx', 'bench/cost/main.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
}

describe('the report', () => {
  test('marks the cheapest once, and says by how much', () => {
    const report = markdownOf('--users', '1000', '--pushes', '1000');

    expect(report.match(/\(cheapest\)/g)).toHaveLength(1);
    expect(report).toMatch(/Cheaper for this load: AppSync Events, by \$[\d.]+; IoT Core, by \$[\d.]+\./);
  });

  test('says so when no other is cheaper', () => {
    const report = markdownOf('--hours', '8', '--pushes', '20000000', '--size', '2');

    expect(report).toContain('No other is cheaper for this load.');
    expect(report).toMatch(/\| uidpush +\| [\d.,]+ \(cheapest\)/);
  });

  test('tells of plans that have no public price', () => {
    expect(markdownOf('--users', '100000')).toMatch(/\| Pusher Channels +\| ask them +\|/);
  });

  test.each([
    [['--size', '0.5'], 'A stored push of 0.5 KB writes 4 units: its message 1,', 'can take 250 of them'],
    [['--size', '1'], 'A stored push of 1 KB writes 5 units: its message 2,', 'can take 200 of them'],
    [
      ['--size', '100', '--connections-per-user', '3'],
      'A stored push of 100 KB writes 106 units: its message 101,',
      'can take 9 of them',
    ],
  ])('says what a stored push writes, and how many one uid can take: %j', (args, writes, takes) => {
    expect(markdownOf('--stored-share', '0.1', ...args)).toMatch(new RegExp(`${writes}.* One uid ${takes}`));
    expect(markdownOf(...args)).not.toContain('stored push');
  });

  test('has a line for each thing that is billed, and their sum', () => {
    const { load } = optionsOf(['--text', '--monitoring']);
    const report = reportOf(load, false);

    const lines = toMarkdown(report).split('\n');
    const bill = lines.slice(lines.findIndex((line) => line.startsWith('| the bill')) + 2);
    expect(bill.findIndex((line) => line.startsWith('| total'))).toBe(report.cost.lines.length);
  });
});

describe('npm run cost', () => {
  test('prints the report', () => {
    const { stdout, status } = run('--users', '50');

    expect(stdout).toBe(markdownOf('--users', '50'));
    expect(status).toBe(0);
  });

  test('prints the same numbers as JSON', () => {
    const { stdout } = run('--users', '50', '--json', '--free-tier');

    const { load } = optionsOf(['--users', '50']);
    expect(JSON.parse(stdout) as Report).toEqual(JSON.parse(JSON.stringify(reportOf(load, true))));
  });

  test.each([
    [
      ['--users', 'many'],
      "option '--users <n>' argument 'many' is invalid. It must be a number from 1 to 1,000,000,000.",
    ],
    [
      ['--offline-share', '2'],
      "option '--offline-share <part>' argument '2' is invalid. It must be a number from 0 to 1.",
    ],
    [['--size', '129'], "option '--size <kb>' argument '129' is invalid. It must be a number from 0 to 128."],
    [
      ['--pushes', '-1'],
      "option '--pushes <n>' argument '-1' is invalid. It must be a number from 0 to 10,000,000,000,000.",
    ],
    [
      ['--pushes', 'NaN'],
      "option '--pushes <n>' argument 'NaN' is invalid. It must be a number from 0 to 10,000,000,000,000.",
    ],
    [['--uesrs', '5'], "unknown option '--uesrs'\n(Did you mean --users?)"],
    [['5'], 'too many arguments. Expected 0 arguments but got 1.'],
  ])('refuses %j and says why', (args, problem) => {
    let said = '';
    const program = createProgram(() => {}).configureOutput({ writeErr: (text) => (said += text) });

    expect(() => program.parse(args, { from: 'user' })).toThrow(CommanderError);
    expect(said).toBe(`error: ${problem}\n`);
  });

  test('ends with 2 for what it refuses', () => {
    const { stdout, stderr, status } = run('--users', 'many');

    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    expect(stderr).toMatch(/^error: option '--users <n>' argument 'many' is invalid\./);
  });
});

describe('docs/COST.md', () => {
  const text = readFileSync(new URL('../../docs/COST.md', import.meta.url), 'utf8');
  const examples = [...text.matchAll(/```sh\nnpm run cost -- (.*)\n```\n\n```text\n([^`]*)```/g)];

  test('has three examples', () => {
    expect(examples).toHaveLength(3);
  });

  test.each(examples.map(([, args = '', output = '']) => ({ args, output })))(
    'npm run cost -- $args prints what stands there',
    ({ args, output }) => {
      expect(output).toBe(markdownOf(...args.split(' ')));
    },
  );
});
