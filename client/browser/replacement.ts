import type { Registration } from './frames.ts';

type Life = Pick<Registration, 'now' | 'connectionExpiresAt' | 'credentialExpiresAt'>;

/**
 * API Gateway ends every connection after 2 hours.
 * Source:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
const longestLifeMs = 7_200_000;
/** Keeps a page whose credential is always about to end from replacing without pause. */
const shortestUseMs = 5_000;
const longestLingerMs = 5_000;

/**
 * When a connection is replaced, in milliseconds from now: between 1/24 and 1/12 of its life before its end, so 5 to 10
 * minutes of 2 hours. At random, because pages that connected together would otherwise replace together. Its life ends
 * with the connection or with the credential, whichever is first.
 */
export function replacementDelay(registration: Life, random: () => number): number {
  const life = lifeOf(registration);
  return Math.max(shortestUseMs, life - (life * (1 + random())) / 24);
}

/**
 * How long a replaced connection stays, in milliseconds, for the messages that are on their way to it. It is gone
 * before the new one is replaced in turn.
 */
export function lingerTime(registration: Life): number {
  return Math.min(longestLingerMs, lifeOf(registration) / 20);
}

/** All times are of the service's clock: that of this computer may be wrong. */
function lifeOf({ now, connectionExpiresAt, credentialExpiresAt = connectionExpiresAt }: Life): number {
  return Math.min(longestLifeMs, connectionExpiresAt - now, credentialExpiresAt - now);
}
