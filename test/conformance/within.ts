import { setTimeout as sleep } from 'node:timers/promises';
import { Mismatch, shown } from './mismatch.ts';

/** How long what a deployment does at once may take, with a function's cold start and a slow network. */
const patienceMs = 15_000;
const pauseMs = 200;

/** Resolves as `promise` does; a `Mismatch` when it takes longer than `limitMs`. */
export async function within<Value>(
  what: string,
  promise: Promise<Value>,
  limitMs: number = patienceMs,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Mismatch(`${what}: nothing within ${limitMs / 1_000} s`)), limitMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks again until the answer is right, and resolves to it; a `Mismatch` when it isn't within `limitMs`. */
export async function eventually<Value>(
  what: string,
  ask: () => Promise<Value>,
  isRight: (value: Value) => boolean,
  limitMs: number = patienceMs,
): Promise<Value> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const value = await ask();
    if (isRight(value)) return value;
    if (performance.now() > giveUpAt) {
      throw new Mismatch(`${what}: not within ${limitMs / 1_000} s; the last answer was ${shown(value)}`);
    }
    await sleep(pauseMs);
  }
}
