import * as v from 'valibot';
import type { GroupPushAccepted, GroupPushResult } from '../../protocol/answers/groups.ts';
import { groupPath } from './address.ts';
import { type Answer, count, parseAnswer } from './answers.ts';
import type { PushParts } from './call-options.ts';
import type { HttpClient } from './http-client.ts';

// Apart from the other requests about groups, which the text service, whose size is limited, has no use for.

export const groupPushCounts = {
  group: v.string(),
  delivered: count,
  gone: count,
  failed: count,
  excluded: count,
};

const answered: Answer<GroupPushResult | GroupPushAccepted> = v.union([
  v.object(groupPushCounts),
  v.object({ group: v.string(), multicast: v.string() }),
]);

/** Resolves to what became of it, or to the id of what is done in the background. */
export async function pushToGroup(
  http: HttpClient,
  group: string,
  bytes: Uint8Array<ArrayBuffer>,
  { query, ...parts }: PushParts,
): Promise<GroupPushResult | GroupPushAccepted> {
  const answer = await http.request({
    method: 'POST',
    path: `${groupPath(group)}/push${query}`,
    body: { contentType: 'application/octet-stream', bytes },
    ...parts,
  });
  return parseAnswer(answered, answer);
}
