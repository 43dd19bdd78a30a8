import { expect, test } from 'vitest';
import { proseOf, readDocument } from './document.ts';

/** Documents whose prose has at most 120 columns. */
const wrapped = [
  'README.md',
  'SECURITY.md',
  'docs/COMING_FROM_WORKERMAN.md',
  'docs/CONFIGURATION.md',
  'docs/DEPLOY.md',
  'docs/LOCAL.md',
  'docs/REGIONS.md',
  'docs/RUNBOOK.md',
  'examples/README.md',
];

test.each(wrapped)('%s has lines of at most 120 columns, but for tables and pictures', (path) => {
  const lines = proseOf(readDocument(path)).split('\n');
  expect(lines.filter((line) => line.length > 120 && !/^\s*(\||!\[)/.test(line))).toEqual([]);
});
