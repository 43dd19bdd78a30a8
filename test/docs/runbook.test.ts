import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { AlarmName } from '../../lib/monitoring/alarm-name.ts';
import { features, grantedApp } from '../support/templates.ts';
import { codeBlocks, readDocument } from './document.ts';

type Resource = { Type: string; Properties: Record<string, unknown> };

const page = readDocument('docs/RUNBOOK.md');
const blocks = codeBlocks(page, 'sh');
let resources: Record<string, Resource>;

beforeAll(() => {
  const { stack } = grantedApp({
    ...features.CloudFront,
    text: 'true',
    textSecret: 'true',
    monitoring: 'true',
  });
  resources = Template.fromStack(stack).toJSON().Resources;
});

/** The events of errors and warnings, as the functions and the text service log them. */
function loggedEvents(): string[] {
  const files = ['lambda', 'text'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const source = files
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const calls = source.matchAll(
    /(?:logError|logWarning|logRefusal|log\.error|log\.warn)\(\s*['`]([^'`]+)['`]/g,
  );
  const actions = /action: ((?:'\w+'(?: \| )?)+)/.exec(source)?.[1]?.match(/\w+/g) ?? [];
  return Array.from(calls, ([, event = '']) => event).flatMap((event) =>
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how the source has it.
    event.startsWith('${action}') ? actions.map((action) => event.replace('${action}', action)) : [event],
  );
}

test('the table of events has each that is logged as an error or a warning, and no other', () => {
  const table = page.slice(page.indexOf('### Events'), page.indexOf('### AWS types of error'));
  const rows = Array.from(table.matchAll(/^\| (`[^|]+`) \|/gm), ([, cell = '']) => cell);
  const named = rows.flatMap((cell) => cell.replaceAll('`', '').split(', '));

  expect(named.toSorted()).toEqual([...new Set(loggedEvents())].toSorted());
});

test('queries name only events that are logged', () => {
  const queries = Array.from(page.matchAll(/event (?:in \[([^\]]+)\]|= ("[\w-]+"))/g), (match) =>
    (match[1] ?? match[2] ?? '').replaceAll('"', '').split(','),
  );
  expect(queries.length).toBeGreaterThan(3);
  expect(queries.flat().filter((event) => !loggedEvents().includes(event))).toEqual([]);
});

test('every alarm has its entry, with what it means, where to look and what to do', () => {
  const alarms = page.slice(page.indexOf('## Alarms'), page.indexOf('## Procedures'));
  // The first section is of all alarms.
  const entries = alarms.split(/^### /m).slice(2);

  expect(entries.map((entry) => entry.split('\n')[0])).toEqual(Object.values(AlarmName));
  for (const entry of entries) {
    for (const part of ['Means', 'Look at', 'Do']) expect(entry).toContain(`- **${part}:**`);
  }
});

test('each resource of a command is one of the stack’s, and only one', () => {
  const named = Array.from(page.matchAll(/resource (AWS::\w+::\w+) "?(\w+)/g), ([, type, prefix]) => ({
    type,
    prefix,
  }));
  const queues = Array.from(page.matchAll(/queueArn (\w+)/g), ([, prefix]) => ({
    type: 'AWS::SQS::Queue',
    prefix,
  }));
  const loop = /for name in (.+); do/.exec(page)?.[1]?.split(' ') ?? [];
  const functions = loop.map((prefix) => ({ type: 'AWS::Lambda::Function', prefix }));
  const all = [...named, ...queues, ...functions];

  expect(all.length).toBeGreaterThan(8);
  for (const { type, prefix } of all) {
    const found = Object.entries(resources).filter(
      ([id, { Type }]) => Type === type && id.startsWith(prefix ?? ''),
    );
    expect({ type, prefix, found: found.length }).toEqual({ type, prefix, found: 1 });
  }
});

/** What the AWS CLI would be called with by a block of the page. */
function callsOf(block: string, environment: Record<string, string> = {}): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'uidpush-runbook-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const aws = join(folder, 'aws');
  writeFileSync(aws, '#!/usr/bin/env bash\nprintf "%s\\0" "$@" >&3; printf "\\n" >&3\n');
  chmodSync(aws, 0o755);
  const { output, stderr } = spawnSync('bash', ['-u'], {
    input: `resource() { echo "$2"; }\n${block}`,
    env: { PATH: `${folder}:${process.env.PATH}`, ...environment },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return String(output[3])
    .split('\n')
    .filter((call) => call !== '')
    .map((call) => call.split('\0').slice(0, -1));
}

function optionOf(call: readonly string[], name: string): string {
  return call[call.indexOf(name) + 1] ?? '';
}

test('the commands that make a table anew make the one that the stack declares', () => {
  const block = blocks.find((text) => text.includes('create-table')) ?? '';
  const [create = [], , timeToLive = []] = callsOf(block);
  const [table] = Object.entries(resources).filter(([id]) => id.startsWith('UidPushConnectionsTable'));
  const declared = table?.[1].Properties ?? {};
  const pairs = (name: string) => {
    const from = create.indexOf(name) + 1;
    const to = create.findIndex((word, index) => index >= from && word.startsWith('--'));
    return create
      .slice(from, to === -1 ? undefined : to)
      .map((word) => Object.fromEntries(word.split(',').map((pair) => pair.split('='))));
  };

  expect(pairs('--attribute-definitions')).toEqual(declared.AttributeDefinitions);
  expect(pairs('--key-schema')).toEqual(declared.KeySchema);
  expect(optionOf(create, '--billing-mode')).toBe(declared.BillingMode);
  expect(optionOf(timeToLive, '--time-to-live-specification')).toBe('Enabled=true,AttributeName=expiresAt');
  expect(declared.TimeToLiveSpecification).toEqual({ AttributeName: 'expiresAt', Enabled: true });
});

test('no command has a place to fill in: what it needs is a variable that the text names', () => {
  for (const block of blocks) expect(block.replaceAll(/#.*/g, '')).not.toMatch(/<[\w -]+>|…/);
});
