import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bundleBytes, bundledModules, startUpModules } from '../../bench/budgets.ts';
import { bundleFunction } from '../../lib/bundle-function.ts';
import { FunctionSource } from '../../lib/function-source.ts';

const directory = mkdtempSync(join(tmpdir(), 'uidpush-budgets-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe.each(Object.values(FunctionSource))('the bundle of %s', (source) => {
  const { outputs } = bundleFunction(source, join(directory, source));
  const [bundle] = Object.values(outputs);

  test('is no larger than its budget', () => {
    expect(statSync(join(directory, source, 'index.mjs')).size).toBeLessThanOrEqual(bundleBytes[source]);
  });

  test('is made of no more modules than its budget', () => {
    expect(Object.keys(bundle!.inputs).length).toBeLessThanOrEqual(bundledModules[source]);
  });

  test('loads no module of Node that is not budgeted, and nothing else from outside', () => {
    const outside = bundle!.imports.map(({ path }) => path.replace('node:', ''));

    expect(outside.filter((path) => !startUpModules.includes(path))).toEqual([]);
  });
});
