import type { MessageStatus } from '../../protocol/answers/messages.ts';
import type { PushResult } from '../../protocol/answers/push.ts';
import { uidPath } from './address.ts';
import * as answers from './answers.ts';
import type { PushParts } from './call-options.ts';
import { messageBytes, type PushMessage } from './message-bytes.ts';
import { maxResultsBytes } from './push-many.ts';
import { maxAnswerBytes, type SendRequest } from './send-request.ts';

export async function push(
  sendRequest: SendRequest,
  message: PushMessage,
  { query, ...parts }: PushParts,
): Promise<PushResult> {
  const answer = await sendRequest({
    method: 'POST',
    path: `push${query}`,
    body: { contentType: 'application/json', bytes: messageBytes(message) },
    ...parts,
    maxAnswerBytes: maxResultsBytes(1),
  });
  return answers.parseAnswer(answers.pushResult, answer);
}

export async function messageStatus(
  sendRequest: SendRequest,
  method: 'GET' | 'DELETE',
  uid: string,
  seq: number,
): Promise<MessageStatus> {
  if (!Number.isSafeInteger(seq) || seq < 1)
    throw new TypeError('The number of a message is an integer from 1.');
  const answer = await sendRequest({ method, path: `${uidPath(uid)}/messages/${seq}`, maxAnswerBytes });
  return answers.parseAnswer(answers.messageStatus, answer);
}
