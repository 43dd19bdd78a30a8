import { type Budget, measuredBudgets } from './budgets.ts';
import type { Check } from './section.ts';

/** A check with its outcome. */
export type Verdict = Check & { holds: boolean };

export function verdictOn(check: Check): Verdict {
  return { ...check, holds: holds(measuredBudgets[check.budget], check.value) };
}

function holds({ bound, limit }: Budget, value: number): boolean {
  return bound === 'at most' ? value <= limit : value >= limit;
}
