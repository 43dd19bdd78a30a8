import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';
import { bundleBytes, bundledModules, pushModules, startUpModules } from '../../bench/budgets.ts';
import { bundleFunction, filesAtStart } from '../../lib/bundle-function.ts';
import { FunctionSource } from '../../lib/function-source.ts';

const directory = mkdtempSync(join(tmpdir(), 'uidpush-budgets-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe.each(Object.values(FunctionSource))('the bundle of %s', (source) => {
  const files = filesAtStart(bundleFunction(source, join(directory, source)).outputs);

  test('is no larger than its budget', () => {
    const bytes = files.reduce((total, file) => total + file.bytes, 0);

    expect(bytes).toBeLessThanOrEqual(bundleBytes[source]);
  });

  test('is made of no more modules than its budget', () => {
    const modules = new Set(files.flatMap(({ inputs }) => Object.keys(inputs)));

    expect(modules.size).toBeLessThanOrEqual(bundledModules[source]);
  });

  test('loads no module of Node that is not budgeted, and nothing else from outside', () => {
    const outside = files
      .flatMap(({ imports }) => imports)
      .filter(({ external, kind }) => external === true && kind === 'import-statement')
      .map(({ path }) => path.replace('node:', ''));

    expect(outside.filter((path) => !startUpModules.includes(path))).toEqual([]);
  });
});

describe('the project’s own modules in the bundle of push', () => {
  const { inputs } = bundleFunction(FunctionSource.push, join(directory, 'own'));

  test('are no more than their budget', () => {
    expect(Object.keys(inputs).filter(isOwn).length).toBeLessThanOrEqual(pushModules.all);
  });

  test('import each other in no longer chain than is budgeted, and in no circle', () => {
    expect(longestChain(inputs, 'lambda/push.ts').length).toBeLessThanOrEqual(pushModules.inAChain);
  });
});

function isOwn(path: string): boolean {
  return !path.startsWith('node_modules/');
}

/** The longest chain of imports from `path` on. Throws if it leads back. */
function longestChain(inputs: Metafile['inputs'], path: string, before: readonly string[] = []): string[] {
  if (before.includes(path)) throw new Error(`A circle of imports: ${[...before, path].join(' → ')}`);
  const chains = (inputs[path]?.imports ?? [])
    .filter((imported) => isOwn(imported.path) && imported.path in inputs)
    .map((imported) => longestChain(inputs, imported.path, [...before, path]));
  const [longest = []] = chains.sort((one, other) => other.length - one.length);
  return [path, ...longest];
}
