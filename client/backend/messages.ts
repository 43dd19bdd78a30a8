import type { MessageStatus } from '../../protocol/answers/messages.ts';
import type { PushResult } from '../../protocol/answers/push.ts';
import { uidPath } from './address.ts';
import * as answers from './answers.ts';
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
  return answers.parseAnswer(answers.pushResult, answer);
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
  return answers.parseAnswer(answers.messageStatus, answer);
}
