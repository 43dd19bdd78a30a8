import type { MulticastResult } from '../../protocol/push-api.ts';
import * as answers from './answers.ts';
import type { PushParts } from './call-options.ts';
import { type MulticastMessage, multicastLines } from './message-bytes.ts';
import { maxAnswerBytes, type SendRequest } from './send-request.ts';

export async function multicast(
  sendRequest: SendRequest,
  uids: readonly (string | number)[],
  message: MulticastMessage,
  { query, ...parts }: PushParts,
): Promise<MulticastResult> {
  const answer = await sendRequest({
    method: 'POST',
    path: `multicast${query}`,
    body: { contentType: 'application/x-ndjson', bytes: multicastLines(uids, message) },
    ...parts,
    maxAnswerBytes,
  });
  return answers.parseAnswer(answers.multicastResult, answer);
}
