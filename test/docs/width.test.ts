import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { documents, proseOf, readDocument } from './document.ts';

const columns = 120;

/** In Chinese a paragraph is one line: a line break would show as a space in the middle of a sentence. */
const english = documents.filter((path) => !/zh-CN/.test(path));

const folders = 'bench bin cli client examples lambda lib local protocol terminal test text'.split(' ');
const sources = folders
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  .filter((path) => /\.(ts|mjs|js|css|html|php|py|sh)$/.test(path))
  .concat('.ci/run', 'vitest.config.ts');

/** An address can't be broken. A row of a table is one line. */
const cannotBeWrapped = /^\s*(\||!\[)|^\W*\S*https?:\S+$/;

function tooLong(lines: readonly string[]): string[] {
  return lines.filter((line) => line.length > columns && !cannotBeWrapped.test(line));
}

/** The lines of comments that begin a line. Those behind code are short, or the formatter would have moved the code. */
function commentLines(text: string): string[] {
  return text.split('\n').filter((line) => /^\s*(\/\/|\/?\*|#|<!--)/.test(line));
}

test.each(english)('%s wraps its prose', (path) => {
  expect(tooLong(proseOf(readDocument(path)).split('\n'))).toEqual([]);
});

test('the OpenAPI document wraps its descriptions', () => {
  expect(tooLong(readFileSync('docs/openapi.yaml', 'utf8').split('\n'))).toEqual([]);
});

test('comments of code are wrapped', () => {
  expect(sources.length).toBeGreaterThan(400);
  const long = sources.flatMap((path) =>
    tooLong(commentLines(readFileSync(path, 'utf8'))).map((line) => `${path}: ${line.trim()}`),
  );
  expect(long).toEqual([]);
});
