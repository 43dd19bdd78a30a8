import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(root + path, 'utf8');

/** What the architecture page has of each way. */
function ways(): [name: string, text: string][] {
  const [, section = ''] = read('docs/ARCHITECTURE.md').split('\n## From file to file\n');
  const [ofSection = ''] = section.split('\n## ');
  return ofSection
    .split('\n### ')
    .slice(1)
    .map((text) => [text.split('\n')[0] ?? '', text]);
}

/** The files of a way, in the order in which the page lists them. */
function filesOf(way: string): string[] {
  return Array.from(way.matchAll(/^\d+\. (?:\*\*)?`([^`]+)`/gm), ([, file = '']) => file);
}

/** Those in bold, through which the message goes. */
function messageFilesOf(way: string): string[] {
  return Array.from(way.matchAll(/^\d+\. \*\*`([^`]+)`/gm), ([, file = '']) => file);
}

/** From which file to which the page says that one jumps. */
function jumpsOf(way: string): [from: string, to: string][] {
  return Array.from(way.matchAll(/^- `([^`]+)`.*: (?:.* )?`([^`]+)`$/gm), ([, from = '', to = '']) => [
    from,
    to,
  ]);
}

/** The files that none of those before them in the list imports. */
function unreachedOf(files: readonly string[]): string[] {
  return files.filter(
    (file, index) => index > 0 && !files.slice(0, index).some((before) => importsOf(before).includes(file)),
  );
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

describe.each(ways())('%s', (_name, way) => {
  const files = filesOf(way);

  test('goes down: each file is imported by one before it', () => {
    expect(files.length).toBeGreaterThan(2);
    expect(unreachedOf(files)).toEqual([]);
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

describe('the message of a push', () => {
  const way = new Map(ways()).get('A push') ?? '';
  const files = messageFilesOf(way);

  test('goes from import to import, but for three jumps, which the page names', () => {
    const jumps = jumpsOf(way);

    expect(jumps).toHaveLength(3);
    expect(unreachedOf(files)).toEqual(jumps.map(([, to]) => to));
    expect(jumps.map(([from]) => files[files.indexOf(from) + 1])).toEqual(jumps.map(([, to]) => to));
  });

  test('meets no type that has a function, but the handle of a route and random numbers', () => {
    expect(filesOf(way).flatMap(functionTypesOf).sort()).toEqual([
      'RequestScope',
      'RetryConditions',
      'Route',
    ]);
  });
});

/** The file's types that are, or have, a function. One who reads a call of it can't go to it. */
function functionTypesOf(file: string): string[] {
  const types = read(file).matchAll(/^(?:export )?type (\w+)(.*?);\n(?=\n|$)/gms);
  return Array.from(types)
    .filter(([, , type = '']) => /=>|^ +\w+\(/m.test(type.replaceAll(/\/\*\*.*?\*\//gs, '')))
    .map(([, name = '']) => name);
}
