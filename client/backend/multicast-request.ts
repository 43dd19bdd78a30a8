import * as v from 'valibot';
import type { MulticastResult } from '../../protocol/answers/multicast.ts';
import { type Answer, count, parseAnswer } from './answers.ts';
import type { PushParts } from './call-options.ts';
import type { HttpClient } from './http-client.ts';

// Apart from the other requests about multicasts, which the text service, whose size is limited, has no use for.

export const multicastCounts = {
  uids: count,
  delivered: count,
  gone: count,
  failed: count,
  excluded: v.exactOptional(count),
  stored: v.exactOptional(count),
};

export const multicastResult: Answer<MulticastResult> = v.object({
  ...multicastCounts,
  offline: v.array(v.string()),
  unavailable: v.array(v.string()),
});

/** @param bytes The line of uids, and that of the message. */
export function postMulticast(
  http: HttpClient,
  bytes: Uint8Array<ArrayBuffer>,
  { query, ...parts }: PushParts,
): Promise<Uint8Array> {
  return http.request({
    method: 'POST',
    path: `multicast${query}`,
    body: { contentType: 'application/x-ndjson', bytes },
    ...parts,
  });
}

/** Sends the two lines of a multicast as they are, which is done at once. */
export async function multicastLinesAtOnce(
  http: HttpClient,
  lines: Uint8Array<ArrayBuffer>,
  parts: PushParts,
): Promise<MulticastResult> {
  return parseAnswer(multicastResult, await postMulticast(http, lines, parts));
}
