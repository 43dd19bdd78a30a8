import type { MeasuredBudget } from './budgets.ts';
import type { Figure } from './figure.ts';

/** How much is measured. `full`: for the document; `quick`: for a first look; `smallest`: only to see that it runs. */
export type Scale = 'full' | 'quick' | 'smallest';

/** A value that a budget is held against, and what it is of. */
export type Check = { budget: MeasuredBudget; of: string; value: number };

export type Section = {
  name: string;
  /** Ends by itself, and leaves nothing running. */
  measure(scale: Scale): Promise<Figure[]>;
  /** Result of `measure`, as its budgets need it. */
  check(figures: readonly Figure[]): Check[];
};

/** The figure with this name. */
export function figureOf(figures: readonly Figure[], name: string): Figure {
  const found = figures.find((figure) => figure.name === name);
  if (!found) throw new Error(`Nothing with the name "${name}" was measured.`);
  return found;
}
