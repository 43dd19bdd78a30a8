/**
 * Of the work that is done now: milliseconds since the epoch. One variable is enough, since a sandbox handles one event
 * at a time; `AsyncLocalStorage` would cost each push a sixth of its CPU (docs/PERFORMANCE.md).
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
let current = Number.POSITIVE_INFINITY;

/**
 * Does work whose calls to tables, queues and secrets all end by `deadline`, done or not. So the answer leaves before
 * Lambda ends the function, and says what is known: else the caller would learn of nothing, though some may be done.
 */
export async function endingBy<Result>(deadline: number, work: () => Promise<Result>): Promise<Result> {
  current = deadline;
  try {
    return await work();
  } finally {
    // What is set up between two invocations has no deadline.
    if (current === deadline) current = Number.POSITIVE_INFINITY;
  }
}

export function currentDeadline(): number {
  return current;
}
