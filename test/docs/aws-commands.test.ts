import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import operations from './aws-operations.json' with { type: 'json' };
import { codeBlocks, readDocument } from './document.ts';

/**
 * The documents' commands, run as they are printed, with programs in place of `aws` and others that note how they are
 * called. Each call of `aws` is held to `aws-operations.json`: what the operations that documents name take, by AWS's
 * own models (botocore 1.43.11). What a document uses beyond that is looked up there, and added.
 */

type Shape = {
  type: string;
  required?: boolean;
  enum?: readonly string[];
  members?: Readonly<Record<string, Shape>>;
  of?: Shape;
};
const models: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Shape>>>>>> =
  operations;

/** Options of the CLI itself, and how many words follow them. */
const ofTheCli: Readonly<Record<string, number>> = {
  '--query': 1,
  '--output': 1,
  '--region': 1,
  '--profile': 1,
};

/** `aws dynamodb wait table-exists` asks the same again and again. */
const waiters: Readonly<Record<string, string>> = { 'table-exists': 'describe-table' };

const programs = ['aws', 'npx', 'npm', 'git', 'curl', 'docker'];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uidpush-commands-'));
  for (const name of programs) {
    const program = join(folder, name);
    const note = `printf '%s\\0' ${name} "$@" >> "$CALLS"; printf '\\n' >> "$CALLS"`;
    // What is printed may be run, or be an ARN that another command is given; what comes is read.
    const answer = `[ "\${2-}" = export-credentials ] && echo export AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b AWS_SESSION_TOKEN=c || echo arn:aws:stub:us-east-1:0:stub`;
    writeFileSync(program, `#!/usr/bin/env bash\n${note}\ncat > /dev/null\n${answer}\n`);
    chmodSync(program, 0o755);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The programs that a block of commands calls, with their arguments. */
function callsOf(block: string, environment: Record<string, string>): string[][] {
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  const { status, stderr } = spawnSync('bash', ['--norc', '-euo', 'pipefail', '-c', block], {
    input: '',
    encoding: 'utf8',
    env: { PATH: `${folder}:${process.env.PATH}`, HOME: folder, CALLS: calls, ...environment },
    cwd: folder,
  });
  expect({ block, status, stderr }).toEqual({ block, status: 0, stderr: '' });
  const lines = readFileSync(calls, 'utf8').split('\0\n');
  return lines.filter((line) => line !== '').map((line) => line.split('\0'));
}

/** What is wrong with a call of `aws`, by the model of the operation. */
function problemsOf([service = '', ...rest]: readonly string[]): string[] {
  const isWait = rest[0] === 'wait';
  const operation = isWait ? (waiters[rest[1] ?? ''] ?? '') : (rest[0] ?? '');
  const model = models[service]?.[operation];
  if (model === undefined) return [`there is no aws ${service} ${operation}`];
  const options = optionsOf(rest.slice(isWait ? 2 : 1));
  const missing = Object.entries(model)
    .filter(([name, { required }]) => required && !options.has(name))
    .map(([name]) => `--${name} is missing`);
  const wrong = Array.from(options).flatMap(([name, values]) => {
    const shape = model[name] ?? (name.startsWith('no-') ? model[name.slice(3)] : undefined);
    return shape === undefined ? [`there is no --${name}`] : problemsOfValue(shape, values, `--${name}`);
  });
  return [...missing, ...wrong];
}

/** The options of the operation, each with the words that follow it. */
function optionsOf(words: readonly string[]): Map<string, string[]> {
  const options = new Map<string, string[]>();
  for (let at = 0; at < words.length; ) {
    const name = words[at] ?? '';
    const skipped = ofTheCli[name];
    if (skipped !== undefined) {
      at += 1 + skipped;
      continue;
    }
    const next = words.findIndex((word, index) => index > at && word.startsWith('--'));
    const end = next === -1 ? words.length : next;
    options.set(name.replace(/^--/, ''), words.slice(at + 1, end));
    at = end;
  }
  return options;
}

function problemsOfValue(shape: Shape, values: readonly string[], place: string): string[] {
  const [value = ''] = values;
  switch (shape.type) {
    case 'boolean':
      return values.length === 0 ? [] : [`${place} is a flag`];
    case 'integer':
      return /^\d+$/.test(value) ? [] : [`${place} is no number`];
    case 'list':
      if (value.startsWith('[')) {
        const items: unknown = JSON.parse(value);
        return Array.isArray(items)
          ? items.flatMap((item) => problemsOfJson(shape.of ?? shape, item, place))
          : [`${place} is no list`];
      }
      return values.flatMap((item) => problemsOfValue(shape.of ?? shape, [item], place));
    case 'structure':
      return problemsOfJson(shape, value.startsWith('{') ? JSON.parse(value) : shorthand(value), place);
    case 'map':
      JSON.parse(value);
      return [];
    default:
      return shape.enum === undefined || shape.enum.includes(value) ? [] : [`${place} can't be ${value}`];
  }
}

function problemsOfJson(shape: Shape, value: unknown, place: string): string[] {
  if (shape.members === undefined) return [];
  return Object.entries(value as object).flatMap(([name, member]) => {
    const of = shape.members?.[name];
    if (of === undefined) return [`${place} has no ${name}`];
    return of.enum === undefined || of.enum.includes(String(member))
      ? []
      : [`${place}: ${name} can't be ${member}`];
  });
}

/**
 * `Enabled=true,AttributeName=expiresAt`, also with `{…}` around members of members.
 * Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html
 */
function shorthand(text: string): Record<string, string> {
  const pairs = text.match(/\w+=(?:\{[^}]*\}|[^,]*)/g) ?? [];
  return Object.fromEntries(pairs.map((pair) => [pair.split('=')[0], pair.slice(pair.indexOf('=') + 1)]));
}

/** Values of what the text says is to be set: `export WHO=<uid>`. */
function toSet(page: string): Record<string, string> {
  const names = Array.from(page.matchAll(/export (\w+)=</g), ([, name = '']) => name);
  return Object.fromEntries(names.map((name) => [name, 'value']));
}

describe.each(['docs/RUNBOOK.md', 'docs/DEPLOY.md', 'docs/zh-CN/DEPLOY.md'])('%s', (path) => {
  const page = readDocument(path);
  const blocks = codeBlocks(page, 'sh').filter((block) => /\b(aws|npx uidpush)\b/.test(block));
  const preamble = blocks.find((block) => block.includes('output() {')) ?? '';
  const inText = Array.from(page.matchAll(/`(aws [a-z]+ [a-z-]+ --[^`]+)`/g), ([, command = '']) => command);

  test.each([...blocks, ...inText])('has commands that AWS takes: %s', (block) => {
    const environment = { ...toSet(page), AWS_REGION: 'us-east-1', function: 'a-function', role: 'a-role' };
    const calls = callsOf(block === preamble ? block : `${preamble}\n${block}`, environment);
    const ofAws = calls.filter(([program, service]) => program === 'aws' && service !== 'configure');

    for (const [, ...call] of ofAws)
      expect({ call, problems: problemsOf(call) }).toEqual({ call, problems: [] });
  });
});

test.each([
  [
    ['lambda', 'put-function-concurrency', '--function-name', 'f'],
    '--reserved-concurrent-executions is missing',
  ],
  [['sqs', 'start-message-move-tasks'], 'there is no aws sqs start-message-move-tasks'],
  [['ecs', 'update-service', '--service', 's', '--force'], 'there is no --force'],
  [
    ['dynamodb', 'update-time-to-live', '--table-name', 't', '--time-to-live-specification', 'Enable=true'],
    '--time-to-live-specification has no Enable',
  ],
])('a command that AWS does not take is noticed: %j', (call, problem) => {
  expect(problemsOf(call)).toEqual([problem]);
});
