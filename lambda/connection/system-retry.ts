import { setTimeout as sleep } from 'node:timers/promises';
import type { RetryConditions } from './retry-throttled.ts';

/** Retries by the system's time and chance. Both arguments are those of `RetryConditions`. */
export function systemRetry(retryForMs: number, lastAttemptAt: number): RetryConditions {
  return { retryForMs, lastAttemptAt, now: Date.now, random: Math.random, sleep };
}
