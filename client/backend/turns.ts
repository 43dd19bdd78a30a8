import pLimit from 'p-limit';

/** A time limit that began when it was made. */
export type TimeLimit = {
  /** Aborted when the time is over. */
  signal: AbortSignal;
  /** Ends it: nothing is aborted any more. */
  clear(): void;
};

export function timeLimit(milliseconds: number): TimeLimit {
  const controller = new AbortController();
  const over = () => controller.abort(new DOMException('The time is over.', 'TimeoutError'));
  const timer = setTimeout(over, milliseconds);
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}

/**
 * Runs `work` when fewer than the limit are running. Rejects with the signal's reason as soon as that is aborted,
 * waiting or running; work that doesn't listen to the signal goes on, and nobody waits for it.
 */
export type TakeTurn = <Result>(signal: AbortSignal, work: () => Promise<Result>) => Promise<Result>;

export function createTurns(maxConcurrent: number): TakeTurn {
  const limit = pLimit(maxConcurrent);
  return (signal, work) => {
    const turn = limit(() => {
      signal.throwIfAborted();
      // So that work that doesn't end gives its turn to the next.
      return untilAborted(signal, work());
    });
    // Its turn may be later than its end.
    return untilAborted(signal, turn);
  };
}

async function untilAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  let abort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
