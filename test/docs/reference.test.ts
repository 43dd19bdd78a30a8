import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { examples } from './examples.ts';

/** A part of what TypeDoc writes as JSON. */
type Reflection = {
  name: string;
  kind: number;
  inheritedFrom?: object;
  children?: Reflection[];
  type?: { declaration?: Reflection };
};

/** Source: https://typedoc.org/api/enums/Models.ReflectionKind.html */
const kinds = { function: 64, class: 128, method: 2048 };

/** Types whose methods have examples of their own. */
const withMethods = ['PushClient', 'Connection', 'UidPush'];

/** Parts of `UidPush`, which makes them. */
const parts = ['Monitoring', 'TextEndpoint'];

test('the API reference is made without a warning, and its examples are run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reference-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const json = join(folder, 'reference.json');

  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['run', '--silent', 'docs', '--', '--html', join(folder, 'html'), '--json', json],
    { encoding: 'utf8' },
  );
  const warnings = (stdout + stderr).split('\n').filter((line) => /warning|error/.test(line));
  expect({ status, warnings }).toEqual({ status: 0, warnings: [] });
  expect(readFileSync(join(folder, 'html/index.html'), 'utf8')).toContain('createPushClient');

  const modules = (JSON.parse(readFileSync(json, 'utf8')) as Reflection).children ?? [];
  expect(modules.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['uidpush', 'uidpush/backend', 'uidpush/cdk']),
  );
  const names = modules.flatMap(({ children = [] }) => children.flatMap(callables));
  expect(names.length).toBeGreaterThan(20);
  const run = examples.map(({ name }) => name.split(': ')[1]);
  expect(names.filter((name) => !run.includes(name))).toEqual([]);
});

/** The names of what must have an example: functions, classes, and the methods of those above. */
function callables({ name, kind, children = [], type }: Reflection): string[] {
  const members = withMethods.includes(name) ? [...children, ...(type?.declaration?.children ?? [])] : [];
  const methods = members.filter((member) => member.kind === kinds.method && !member.inheritedFrom);
  const isCallable = (kind === kinds.function || kind === kinds.class) && !parts.includes(name);
  return [...(isCallable ? [name] : []), ...methods.map((method) => method.name)];
}
