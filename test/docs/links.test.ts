import { expect, test } from 'vitest';
import { anchorsOf, documents, isInRepository, linksIn, readDocument } from './document.ts';

test.each(documents)('every link of %s to the repository leads somewhere', (path) => {
  const dead = linksIn(path).filter(
    ({ path: file, anchor }) =>
      !isInRepository(file) || (anchor !== '' && file.endsWith('.md') && !anchorsOf(file).includes(anchor)),
  );
  expect(dead.map(({ target }) => target)).toEqual([]);
});

test.each(documents)('every test that %s names is there', (path) => {
  const named = readDocument(path).match(/\btest\/[\w./-]+\.(?:ts|mjs)\b/g) ?? [];
  expect(named.filter((file) => !isInRepository(file))).toEqual([]);
});
