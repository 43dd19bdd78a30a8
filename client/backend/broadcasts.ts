import type { BroadcastAccepted, BroadcastStatus } from '../../protocol/push-api.ts';
import * as answers from './answers.ts';
import type { PushParts } from './call-options.ts';
import { textBytes } from './message-bytes.ts';
import { maxAnswerBytes, type SendRequest } from './send-request.ts';

export async function broadcast(
  sendRequest: SendRequest,
  text: string,
  parts: Omit<PushParts, 'query'>,
): Promise<BroadcastAccepted> {
  const answer = await sendRequest({
    method: 'POST',
    path: 'broadcast',
    body: { contentType: 'text/plain; charset=utf-8', bytes: textBytes(text) },
    ...parts,
    maxAnswerBytes,
  });
  return answers.parseAnswer(answers.broadcastAccepted, answer);
}

export async function broadcastStatus(
  sendRequest: SendRequest,
  method: 'GET' | 'DELETE',
  id: string,
): Promise<BroadcastStatus> {
  if (typeof id !== 'string' || id === '')
    throw new TypeError('The id of a broadcast was expected, which is a text.');
  const path = `broadcasts/${encodeURIComponent(id)}`;
  return answers.parseAnswer(answers.broadcastStatus, await sendRequest({ method, path, maxAnswerBytes }));
}
