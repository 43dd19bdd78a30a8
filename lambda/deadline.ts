import { AsyncLocalStorage } from 'node:async_hooks';

/** Of what runs now: milliseconds since the epoch. */
const deadlines = new AsyncLocalStorage<number>();

/**
 * Does work whose calls to tables, queues and secrets all end by `deadline`, done or not. So the answer leaves before
 * Lambda ends the function, and says what is known: else the caller would learn of nothing, though some may be done.
 */
export function endingBy<Result>(deadline: number, work: () => Promise<Result>): Promise<Result> {
  return deadlines.run(deadline, work);
}

export function currentDeadline(): number {
  return deadlines.getStore() ?? Number.POSITIVE_INFINITY;
}
