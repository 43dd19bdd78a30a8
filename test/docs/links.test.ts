import { expect, test } from 'vitest';
import { anchorsOf, documents, isInRepository, linksIn } from './document.ts';

test.each(documents)('every link of %s to the repository leads somewhere', (path) => {
  const dead = linksIn(path).filter(
    ({ path: file, anchor }) =>
      !isInRepository(file) || (anchor !== '' && file.endsWith('.md') && !anchorsOf(file).includes(anchor)),
  );
  expect(dead.map(({ target }) => target)).toEqual([]);
});
