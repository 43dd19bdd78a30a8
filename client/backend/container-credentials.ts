import { setTimeout as sleepFor } from 'node:timers/promises';
import { AgentBusyError, type Grant, requestGrant } from './container-agent.ts';
import type { CredentialsProvider } from './credentials.ts';
import { retryDelayMs } from './retry.ts';

/** Credentials are asked for again this long before they expire. */
const renewalMarginMs = 5 * 60_000;

/** Within the margin the agent is asked this often: it may hand out the same ones, or fail. */
const renewalPauseMs = 60_000;

/** Credentials with less time left than this could expire on their way. */
const leastValidityMs = 10_000;

const maxBusyRetries = 3;

type Timing = {
  /** From 0 up to, not including, 1. */
  random: () => number;
  /** Waits for milliseconds. */
  sleep: (milliseconds: number) => Promise<unknown>;
  /** The time in milliseconds since 1970. */
  now: () => number;
};

/**
 * The credentials of the container's role. They are cached and renewed before they expire, while requests go on with
 * those that are valid; a renewal that fails costs no request anything until they end.
 */
export function containerCredentials(timing: Partial<Timing> = {}): CredentialsProvider {
  const { now = Date.now, random = Math.random, sleep = sleepFor } = timing;
  let cached: Grant | undefined;
  let renewAt = 0;
  let renewing: Promise<Grant> | undefined;

  /** Concurrent callers wait for one answer. */
  const renew = (): Promise<Grant> => {
    renewing ??= requestGrantPatiently(random, sleep)
      .then((grant) => {
        cached = grant;
        return grant;
      })
      .finally(() => {
        renewing = undefined;
        renewAt = Math.max(now() + renewalPauseMs, (cached?.expiresAt ?? 0) - renewalMarginMs);
      });
    return renewing;
  };

  return async () => {
    if (cached === undefined || now() >= cached.expiresAt - leastValidityMs)
      return (await renew()).credentials;
    // A failure is met when the credentials have ended; until then the next renewal may succeed.
    if (now() >= renewAt) renew().catch(() => {});
    return cached.credentials;
  };
}

async function requestGrantPatiently(random: Timing['random'], sleep: Timing['sleep']): Promise<Grant> {
  for (let retries = 0; ; retries++) {
    const grant = await requestGrant();
    if (!(grant instanceof AgentBusyError)) return grant;
    if (retries === maxBusyRetries) throw grant;
    await sleep(retryDelayMs(retries, grant, random));
  }
}
