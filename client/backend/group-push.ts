import * as v from 'valibot';
import type { GroupPushResult } from '../../protocol/push-api.ts';
import { groupPath } from './address.ts';
import { type Answer, count, parseAnswer } from './answers.ts';
import type { PushParts } from './call-options.ts';
import { maxAnswerBytes, type SendRequest } from './send-request.ts';

const pushed: Answer<GroupPushResult> = v.object({
  group: v.string(),
  delivered: count,
  gone: count,
  failed: count,
  excluded: count,
});

export async function pushToGroup(
  sendRequest: SendRequest,
  group: string,
  bytes: Uint8Array<ArrayBuffer>,
  { query, ...parts }: PushParts,
): Promise<GroupPushResult> {
  const answer = await sendRequest({
    method: 'POST',
    path: `${groupPath(group)}/push${query}`,
    body: { contentType: 'application/octet-stream', bytes },
    ...parts,
    maxAnswerBytes,
  });
  return parseAnswer(pushed, answer);
}
