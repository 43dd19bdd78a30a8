import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The folders of the tree that have tests of their own. */
const areas = readdirSync(join(root, 'test')).filter((name) => existsSync(join(root, name)));

const testsOf = (area: string) =>
  readdirSync(join(root, 'test', area), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join('test', area, name.replaceAll('\\', '/')))
    .filter((path) => path.endsWith('.test.ts'));

/** The folders of the area that the file imports something of, itself or by what it shares with other tests. */
function foldersOf(area: string, file: string): string[] {
  const modules = new Set([file]);
  // A set is walked in the order in which it grows.
  for (const module of modules) {
    if (module.startsWith('test/')) for (const imported of importsOf(module)) modules.add(imported);
  }
  return Array.from(modules, (module) => posix.dirname(module)).filter(
    (folder) => folder === area || folder.startsWith(`${area}/`),
  );
}

function importsOf(file: string): string[] {
  const imports = readFileSync(join(root, file), 'utf8').matchAll(
    /^(?:import|export|\}) .*from '(\.[^']+)'/gm,
  );
  return Array.from(imports, ([, path = '']) => posix.join(posix.dirname(file), path));
}

describe.each(areas)('the tests of %s', (area) => {
  test('lie in folders that it has', () => {
    const folders = testsOf(area).map((file) => posix.relative('test', posix.dirname(file)));
    expect(folders.filter((folder) => !existsSync(join(root, folder)))).toEqual([]);
  });

  test('lie beside what they test', () => {
    const elsewhere = testsOf(area).filter((file) => {
      const imported = foldersOf(area, file);
      return imported.length > 0 && !imported.includes(posix.relative('test', posix.dirname(file)));
    });
    expect(elsewhere).toEqual([]);
  });
});
