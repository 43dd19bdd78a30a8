import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { errorName, logError } from '../log.ts';

/** A key that the provider took back is accepted for this long, at most. */
const reloadAfterMs = 10 * 60 * 1_000;

/** Whoever sends tokens with made-up key ids must not make us ask the provider for each. */
const cooldownMs = 30_000;

const timeoutMs = 3_000;

/**
 * The keys that an OpenID provider publishes at `url`. Asks again every ten minutes, and for a key that it doesn't know, at most every
 * 30 seconds. While the provider is down, the keys that are known go on being accepted.
 */
export function providerKeys(url: string, now: () => number): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: cooldownMs,
    timeoutDuration: timeoutMs,
  });
  let askedAt = Number.NEGATIVE_INFINITY;
  return async (header, token) => {
    if (keys.jwks() !== undefined && now() - askedAt > reloadAfterMs) {
      askedAt = now();
      await keys
        .reload()
        .catch((error: unknown) => logError('keys-not-reloaded', { error: errorName(error) }));
    }
    if (askedAt === Number.NEGATIVE_INFINITY) askedAt = now();
    return keys(header, token);
  };
}
