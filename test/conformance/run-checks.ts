import type { Check, CheckGroup, CheckResult } from './check.ts';
import type { Deployment } from './deployment.ts';
import type { Visit } from './visit.ts';
import { within } from './within.ts';

const defaultLimitMs = 60_000;

export type RunOptions = {
  /** For each check a visit of its own, which is ended after it. */
  visit: () => Visit;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
  /** Told of each result as it comes. */
  onResult: (result: CheckResult) => void;
};

/**
 * Runs the checks one after the other: each finds the deployment as users leave it, and one that fails harms no other.
 */
export async function runChecks(
  groups: readonly CheckGroup[],
  deployment: Deployment,
  options: RunOptions,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const group of groups) {
    for (const check of group.checks) {
      const startedAt = options.now();
      const outcome = await outcomeOf(check, deployment, options.visit);
      const milliseconds = Math.round(options.now() - startedAt);
      const { name, expected } = check;
      const result = { group: group.name, check: name, expected, ...outcome, milliseconds };
      options.onResult(result);
      results.push(result);
    }
  }
  return results;
}

async function outcomeOf(
  check: Check,
  deployment: Deployment,
  newVisit: () => Visit,
): Promise<Pick<CheckResult, 'result' | 'reason'>> {
  const reason = check.skipReason?.(deployment);
  if (reason !== undefined) return { result: 'skipped', reason };
  const visit = newVisit();
  try {
    await within('the whole check', check.run(visit), check.limitMs ?? defaultLimitMs);
    return { result: 'passed' };
  } catch (error) {
    return { result: 'failed', reason: reasonOf(error) };
  } finally {
    await visit.end();
  }
}

/** Requests that were refused, sockets that ended: the message of whatever it was says it in a line. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll(/\s+/g, ' ');
}
