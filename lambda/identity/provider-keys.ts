import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { errorName, logError } from '../log.ts';

/** Longest time for which a key that the provider has withdrawn is still accepted. */
const reloadAfterMs = 10 * 60 * 1_000;

/** Shortest time between two requests for keys: tokens with made-up key ids must not cause one each. */
const cooldownMs = 30_000;

/** The same while no keys are known: until then no page can register, so the next attempt must not wait long. */
const firstLoadCooldownMs = 5_000;

const timeoutMs = 3_000;

/** Providers answer with a few thousand bytes. */
const maxAnswerBytes = 1_000_000;

/**
 * The keys that an OpenID provider publishes at `url`. They are requested every ten minutes, and for an unknown key id,
 * at most every 30 seconds, whether the last request succeeded or not. While the provider is down, the known keys stay
 * accepted, and an unknown key id is an error rather than a refusal: the key may be one that the provider has just
 * added.
 */
export function providerKeys(url: string, now: () => number): JWTVerifyGetKey {
  // The library's own cooldown does not count requests that failed; it loads only by `reload`.
  const keys = createRemoteJWKSet(new URL(url), {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: Number.POSITIVE_INFINITY,
    timeoutDuration: timeoutMs,
    [customFetch]: fetchBounded,
  });
  let requestedAt = Number.NEGATIVE_INFINITY;
  let loading = Promise.resolve();
  /** Of the last request. */
  let failure: Error | undefined;

  function load(): void {
    requestedAt = now();
    loading = keys.reload().then(
      () => {
        failure = undefined;
      },
      (cause: unknown) => {
        logError('keys-not-reloaded', { error: errorName(cause) });
        failure = new Error('The keys of the OpenID provider could not be read.', { cause });
      },
    );
  }

  return async (header, token) => {
    const wait = keys.jwks() === undefined ? firstLoadCooldownMs : reloadAfterMs;
    if (now() - requestedAt >= wait) load();
    await loading;
    try {
      if (keys.jwks() !== undefined) return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (now() - requestedAt >= cooldownMs) {
        load();
        await loading;
        if (failure === undefined) return keys(header, token);
      }
      throw failure ?? error;
    }
    throw failure;
  };
}

/** As `fetch`, but an answer that is too long fails: the library holds all of it in memory. */
async function fetchBounded(url: string, options: RequestInit): Promise<Response> {
  const { body, status } = await fetch(url, options);
  let length = 0;
  const bounded = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      length += chunk.length;
      if (length <= maxAnswerBytes) controller.enqueue(chunk);
      else controller.error(new Error(`The answer is longer than ${maxAnswerBytes} bytes.`));
    },
  });
  return new Response(body?.pipeThrough(bounded) ?? null, { status });
}
