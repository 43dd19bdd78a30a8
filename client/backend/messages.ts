import * as v from 'valibot';
import type { MessageStatus } from '../../protocol/answers/messages.ts';
import type { PushResult } from '../../protocol/answers/push.ts';
import { uidPath } from './address.ts';
import { type Answer, count, parseAnswer, pushResult, time } from './answers.ts';
import type { PushParts } from './call-options.ts';
import type { HttpClient } from './http-client.ts';
import { messageBytes, type PushMessage } from './message-bytes.ts';
import { maxResultsBytes } from './push-many.ts';

export async function push(
  http: HttpClient,
  message: PushMessage,
  { query, ...parts }: PushParts,
): Promise<PushResult> {
  const answer = await http.request({
    method: 'POST',
    path: `push${query}`,
    body: { contentType: 'application/json', bytes: messageBytes(message) },
    ...parts,
    maxAnswerBytes: maxResultsBytes(1),
  });
  return parseAnswer(pushResult, answer);
}

export async function messageStatus(
  http: HttpClient,
  method: 'GET' | 'DELETE',
  uid: string,
  seq: number,
): Promise<MessageStatus> {
  if (!Number.isSafeInteger(seq) || seq < 1)
    throw new TypeError('The number of a message is an integer from 1.');
  const answer = await http.request({ method, path: `${uidPath(uid)}/messages/${seq}` });
  return parseAnswer(messageStatusAnswer, answer);
}

const expired = v.object({ uid: v.string(), seq: count, state: v.literal('expired') });
const known = v.object({
  uid: v.string(),
  seq: count,
  state: v.picklist(['stored', 'delivered', 'acknowledged', 'deleted']),
  storedAt: time,
  expiresAt: time,
  deliveredAt: v.exactOptional(time),
  acknowledgedAt: v.exactOptional(time),
});
const messageStatusAnswer: Answer<MessageStatus> = v.variant('state', [expired, known]);
