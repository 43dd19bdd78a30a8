import { readdirSync, readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import * as fc from './properties.ts';

const folder = new URL('..', import.meta.url);

test('all properties are tried with the seed of the run', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const direct = files.filter((name) =>
    /^import .* from 'fast-check'/m.test(readFileSync(new URL(name, folder), 'utf8')),
  );
  expect(direct).toEqual(['support/properties.ts']);
});

test('a run tries the same values again', () => {
  const tried = () => {
    const values: number[] = [];
    fc.assert(
      fc.property(fc.integer(), (value) => void values.push(value)),
      { numRuns: 7 },
    );
    return values;
  };
  const { seed, effort } = inject('properties');
  expect(tried()).toHaveLength(7 * effort);
  expect(tried()).toEqual(tried());
  expect(tried()).toEqual(fc.sample(fc.integer(), { seed, numRuns: 7 * effort }));
});

test('what fails says how it is tried again', () => {
  const failing = () => fc.assert(fc.property(fc.nat(), (value) => value < 5));
  expect(failing).toThrow(`seed: ${inject('properties').seed}`);
});
