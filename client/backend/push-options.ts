import { randomUUID } from 'node:crypto';
import { isCorrelationId } from '../../protocol/correlation-id.ts';
import { MAX_IDEMPOTENCY_KEY_LENGTH } from '../../protocol/limits.ts';
import { type RetryRule, withKey } from './retry.ts';

export type PushManyOptions = {
  /**
   * Seconds for which messages are stored, for connections that come later; a deployment has a maximum, to which more is lowered.
   * Default: 0, not at all.
   */
  ttlSeconds?: number;
  /**
   * By which the service's log has the request: 1 to 128 letters, digits, `.`, `_`, `:` or `-`. Default: a new one for each call, which a
   * `PushError` tells.
   */
  correlationId?: string;
};

export type PushOptions = PushManyOptions & {
  /**
   * 1 to 255 visible characters of ASCII. A push of the same uid with the same key within 24 hours is not done, but answered as the
   * first; with another message or TTL it is a `PushError` with the code `idempotency-key-reused`. Default: none; with `retries`, one
   * of its own for each call.
   */
  idempotencyKey?: string;
  /**
   * How often the push is repeated after a time-out, a broken connection, 429 and 5xx, with the same key: it is done once. Default: 0.
   */
  retries?: number;
};

/** Throws a `TypeError` for options that can't be used. */
export function pushParts(options: PushOptions): { headers: Record<string, string>; retry?: RetryRule } {
  const { retries = 0 } = options;
  if (!Number.isSafeInteger(retries) || retries < 0)
    throw new TypeError('The retries are not a whole number.');
  const { idempotencyKey = retries > 0 ? randomUUID() : undefined } = options;
  if (idempotencyKey === undefined) return { headers: ttlHeader(options) };
  if (!/^[!-~]+$/.test(idempotencyKey) || idempotencyKey.length > MAX_IDEMPOTENCY_KEY_LENGTH) {
    throw new TypeError(
      `The idempotency key is not 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} visible characters of ASCII.`,
    );
  }
  return {
    headers: { ...ttlHeader(options), 'idempotency-key': idempotencyKey },
    retry: withKey(retries),
  };
}

export function ttlHeader({ ttlSeconds = 0 }: PushManyOptions): Record<string, string> {
  if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 0) {
    throw new TypeError('The TTL is not a whole number of seconds.');
  }
  return ttlSeconds === 0 ? {} : { ttl: String(ttlSeconds) };
}

/** Throws a `TypeError` for one that the service would not use. */
export function correlationIdFor({ correlationId = randomUUID() }: PushManyOptions): string {
  if (!isCorrelationId(correlationId)) {
    throw new TypeError('The correlation id is not 1 to 128 letters, digits, ".", "_", ":" or "-".');
  }
  return correlationId;
}
