import * as v from 'valibot';
import type {
  MulticastAccepted,
  MulticastResult,
  MulticastStatus,
  MulticastUids,
} from '../../protocol/answers/multicast.ts';
import { MAX_UIDS_PER_PAGE } from '../../protocol/limits.ts';
import { idSegment, queryOf } from './address.ts';
import { type Answer, count, parseAnswer, time } from './answers.ts';
import type { MulticastParts, PushParts } from './call-options.ts';
import type { ClientOptions } from './client-options.ts';
import type { HttpClient } from './http-client.ts';
import { type MulticastMessage, multicastLines } from './message-bytes.ts';
import { multicastCounts, multicastResult, postMulticast } from './multicast-request.ts';
import type { OnlineUidsOptions } from './options.ts';
import { untilFinished } from './until-finished.ts';

const multicastAccepted: Answer<MulticastAccepted> = v.object({ multicast: v.string() });

const multicastStatusAnswer: Answer<MulticastStatus> = v.object({
  ...multicastCounts,
  multicast: v.string(),
  state: v.picklist(['running', 'finished']),
  done: count,
  offline: count,
  unavailable: count,
  startedAt: time,
  finishedAt: v.exactOptional(time),
});

const multicastUidsAnswer: Answer<MulticastUids> = v.object({
  uids: v.array(v.string()),
  after: v.exactOptional(v.string()),
});

/** Sends a multicast, and waits for its end where the service does it in the background. */
export async function multicast(
  http: HttpClient,
  clock: Pick<ClientOptions, 'sleep' | 'now'>,
  uids: readonly (string | number)[],
  message: MulticastMessage,
  { wait, ...parts }: MulticastParts,
): Promise<MulticastResult> {
  const answer = await postMulticast(http, multicastLines(uids, message), parts);
  const parsed = parseAnswer(v.union([multicastResult, multicastAccepted]), answer);
  if (!('multicast' in parsed)) return parsed;
  const { multicast: id } = parsed;
  const look = () => multicastStatus(http, id);
  return resultOf(http, await untilFinished(`multicast ${id}`, look, wait, clock));
}

export async function startMulticast(
  http: HttpClient,
  uids: readonly (string | number)[],
  message: MulticastMessage,
  { headers, ...parts }: PushParts,
): Promise<MulticastAccepted> {
  const inBackground = { ...parts, headers: { ...headers, prefer: 'respond-async' } };
  const answer = await postMulticast(http, multicastLines(uids, message), inBackground);
  return parseAnswer(multicastAccepted, answer);
}

export async function multicastStatus(http: HttpClient, id: string): Promise<MulticastStatus> {
  const path = `multicasts/${idSegment(id, 'multicast')}`;
  return parseAnswer(multicastStatusAnswer, await http.request({ method: 'GET', path }));
}

/** @throws {TypeError} for a `kind` that there is not */
export async function multicastUids(
  http: HttpClient,
  id: string,
  kind: 'offline' | 'unavailable',
  { limit, after }: { limit?: number | undefined; after?: string | undefined },
): Promise<MulticastUids> {
  if (kind !== 'offline' && kind !== 'unavailable') {
    throw new TypeError('multicastUids: the kind of uids must be offline or unavailable.');
  }
  const path = `multicasts/${idSegment(id, 'multicast')}/${kind}${queryOf({ limit, after })}`;
  return parseAnswer(multicastUidsAnswer, await http.request({ method: 'GET', path }));
}

/** The same as of one that is done at once. */
async function resultOf(http: HttpClient, status: MulticastStatus): Promise<MulticastResult> {
  const { multicast: id, uids, delivered, gone, failed, excluded, stored } = status;
  const named = (kind: 'offline' | 'unavailable') => (status[kind] === 0 ? [] : allUids(http, id, kind));
  return {
    uids,
    delivered,
    gone,
    failed,
    ...(excluded !== undefined && { excluded }),
    ...(stored !== undefined && { stored }),
    offline: await named('offline'),
    unavailable: await named('unavailable'),
  };
}

async function allUids(http: HttpClient, id: string, kind: 'offline' | 'unavailable'): Promise<string[]> {
  const found: string[] = [];
  let page: OnlineUidsOptions = { limit: MAX_UIDS_PER_PAGE };
  for (;;) {
    const { uids, after } = await multicastUids(http, id, kind, page);
    found.push(...uids);
    if (after === undefined) return found;
    page = { ...page, after };
  }
}
