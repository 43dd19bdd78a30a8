import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withResults } from '../../bench/document.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('docs/PERFORMANCE.md tells the reference that runs are compared with', () => {
  const document = read('docs/PERFORMANCE.md');
  const reference = JSON.parse(read('bench/results/reference.json'));

  expect(withResults(document, reference)).toBe(document);
});
