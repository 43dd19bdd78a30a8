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
 * Resolves to what `work` resolves to, or rejects with the signal's reason as soon as that is aborted. Work that
 * doesn't listen to the signal goes on, and nobody waits for it.
 */
export async function untilAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
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
