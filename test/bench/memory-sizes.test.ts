import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  memorySizes,
  memoryTable,
  pushMs,
  workerPostsPerSecond,
  workerUidsPerSecond,
} from '../../bench/memory-sizes.ts';

test('docs/PERFORMANCE.md has the table of the memory sizes', () => {
  const document = readFileSync(new URL('../../docs/PERFORMANCE.md', import.meta.url), 'utf8');

  expect(document).toContain(memoryTable());
});

test('more memory makes a push faster, up to one CPU', () => {
  const times = memorySizes.map((megabytes) => pushMs(100, megabytes));

  expect(times).toEqual([...times].sort((one, other) => other - one));
  expect(pushMs(100, 3_538)).toBe(pushMs(100, 1_769));
});

test('a worker of the deployed size could do half as much again as its pace wants', () => {
  expect(workerPostsPerSecond(1_024)).toBeGreaterThan(1.5 * 500);
  expect(workerUidsPerSecond(1_024)).toBeGreaterThan(1.5 * 500);
});
