import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(root + path, 'utf8');

/** The files of each way, in the order in which the architecture page lists them. */
function ways(): [name: string, files: string[]][] {
  const [, section = ''] = read('docs/ARCHITECTURE.md').split('\n## From file to file\n');
  const [ofSection = ''] = section.split('\n## ');
  return ofSection
    .split('\n### ')
    .slice(1)
    .map((way) => {
      const [name = ''] = way.split('\n');
      return [name, Array.from(way.matchAll(/^\d+\. (?:\*\*)?`([^`]+)`/gm), ([, file = '']) => file)];
    });
}

function importsOf(file: string): string[] {
  const imports = read(file).matchAll(/(?:from|import\() ?'(\.[^']+)'/g);
  return Array.from(imports, ([, path = '']) => posix.join(posix.dirname(file), path));
}

/** All that the file imports, and what that imports, and so on. */
function reachedFrom(file: string): Set<string> {
  const reached = new Set<string>();
  const visit = (path: string) => {
    for (const imported of importsOf(path)) {
      if (reached.has(imported)) continue;
      reached.add(imported);
      visit(imported);
    }
  };
  visit(file);
  return reached;
}

test('the ways of the architecture page are found', () => {
  expect(ways().map(([name]) => name)).toEqual(
    expect.arrayContaining(['A push', 'A stored push', 'A broadcast', 'A registration', 'A replay']),
  );
});

describe.each(ways())('%s', (_name, files) => {
  test('goes down: each file is imported by one before it', () => {
    const unreached = files.filter(
      (file, index) => index > 0 && !files.slice(0, index).some((before) => importsOf(before).includes(file)),
    );

    expect(files.length).toBeGreaterThan(2);
    expect(unreached).toEqual([]);
  });

  test('never goes up: no file is reached by what it imports', () => {
    expect(files.filter((file) => reachedFrom(file).has(file))).toEqual([]);
  });
});

test('from a line to its request no function is handed down but what are options of the client', () => {
  const files = [...reachedFrom('text/line-connection.ts')].filter((file) => !file.startsWith('protocol/'));
  const options = ['CredentialsProvider', 'Timing', 'WaitParts'];

  expect(files).toContain('client/backend/http-client.ts');
  const found = files.filter((file) => file !== 'client/backend/options.ts').flatMap(functionTypesOf);
  expect(found.sort()).toEqual(options);
});

/** The file's types that are, or have, a function. One who reads a call of it can't go to it. */
function functionTypesOf(file: string): string[] {
  const types = read(file).matchAll(/^(?:export )?type (\w+)(.*?);\n(?=\n|$)/gms);
  return Array.from(types)
    .filter(([, , type = '']) => /=>|^ +\w+\(/m.test(type.replaceAll(/\/\*\*.*?\*\//gs, '')))
    .map(([, name = '']) => name);
}
