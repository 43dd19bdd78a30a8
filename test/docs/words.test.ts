import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folders = 'bench bin cli client examples lambda lib local protocol terminal test text'.split(' ');

/** Private idiom, for which plain English has a word: returns, throws, resolves to, receives, failed, `@default`. */
const idiom = [
  /^\W*(Gives|Answers (?!to\b|of\b|that\b|are\b|by\b|checks\b)|Tells|Leaves)\b/,
  /\b[Ww]hoever\b/,
  /\b(is|are|was|were|be|been) told\b/,
  /\btrouble\b(?!})/i,
  /\bso often\b|\bfor so long\b/,
  /\bDefault:/,
  /\bneeds? of the world\b|\bto order[;.]/,
];

/** The lines of a file's comments, by which people read its code. */
function commentsOf(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => /^\s*(\/\/|\/?\*)/.test(line));
}

test('comments are in plain technical English', () => {
  const sources = folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    )
    .filter((path) => /\.(ts|mjs|js|css|php)$/.test(path) && path !== 'test/docs/words.test.ts');
  const found = sources.flatMap((path) =>
    commentsOf(path)
      .filter((line) => idiom.some((words) => words.test(line)))
      .map((line) => `${path}: ${line.trim()}`),
  );

  expect(sources.length).toBeGreaterThan(400);
  expect(found).toEqual([]);
});
