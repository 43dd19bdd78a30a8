import type { Deployment } from './deployment.ts';
import type { Visit } from './visit.ts';

/** One thing that a deployment must do, as its users would notice. */
export type Check = {
  name: string;
  /** What is expected, in a few words, for the table. */
  expected: string;
  /**
   * Why the check says nothing about this deployment; `undefined` when it does.
   *
   * @default it always does
   */
  skipReason?(deployment: Deployment): string | undefined;
  /**
   * Milliseconds in which the check must be done.
   *
   * @default 60_000
   */
  limitMs?: number;
  /** Does what users do. Throws a `Mismatch` when something else comes of it than expected. */
  run(visit: Visit): Promise<void>;
};

/** Checks that are run and chosen together. */
export type CheckGroup = { name: string; checks: readonly Check[] };

export type CheckResult = {
  group: string;
  check: string;
  expected: string;
  result: 'passed' | 'failed' | 'skipped';
  /** What was found instead, or why the check was skipped; absent when it passed. */
  reason?: string;
  milliseconds: number;
};
