import type { Credential } from './credential.ts';

/**
 * A token that no connection has registered with yet, kept for the next attempt: when all pages come back at once, most attempts are
 * refused, and each would ask the page's backend for another. `until` is elapsed time.
 */
export type KeptToken = { credential: Credential; until: number };

/**
 * Half of what is left to it: a connection lasts no longer than its token. One that doesn't say when it ends is not kept. Where this
 * computer's clock is wrong, the service may refuse it.
 */
export function keptUntil(now: number, expiresAt: number): number {
  return (now + expiresAt) / 2;
}
