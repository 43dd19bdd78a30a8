import type { BroadcastAccepted, BroadcastStatus } from '../../protocol/answers/broadcasts.ts';
import { idSegment } from './address.ts';
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
  const path = `broadcasts/${idSegment(id, 'broadcast')}`;
  return answers.parseAnswer(answers.broadcastStatus, await sendRequest({ method, path, maxAnswerBytes }));
}
