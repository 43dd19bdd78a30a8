import * as fastCheck from 'fast-check';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The seed of every property, and how often each is tried in comparison with what its test says. */
    properties: { seed: number; effort: number };
  }
}

// fast-check as every test takes it, with `assert` in place of its own.
export * from 'fast-check';

const { seed, effort } = inject('properties');

/** Whether this is `npm run test:search`, which has the time for what would hold up the gate. */
export const isSearch = effort > 1;

type Settings<Values> = Omit<fastCheck.Parameters<Values>, 'seed'>;

/** As fast-check's, with the seed of this run of the tests: pinned in the gate, random in `npm run test:search`. */
export function assert<Values>(property: fastCheck.IProperty<Values>, settings?: Settings<Values>): void;
export function assert<Values>(
  property: fastCheck.IAsyncProperty<Values>,
  settings?: Settings<Values>,
): Promise<void>;
export function assert<Values>(
  property: fastCheck.IRawProperty<Values>,
  settings: Settings<Values> = {},
): Promise<void> | void {
  const numRuns = (settings.numRuns ?? 100) * effort;
  return fastCheck.assert(property, { ...settings, seed, numRuns });
}
