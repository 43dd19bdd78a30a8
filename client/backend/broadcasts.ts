import type { BroadcastAccepted, BroadcastStatus } from '../../protocol/answers/broadcasts.ts';
import { idSegment } from './address.ts';
import * as answers from './answers.ts';
import type { PushParts } from './call-options.ts';
import type { HttpClient } from './http-client.ts';
import { textBytes } from './message-bytes.ts';

export async function broadcast(
  http: HttpClient,
  text: string,
  parts: Omit<PushParts, 'query'>,
): Promise<BroadcastAccepted> {
  const answer = await http.request({
    method: 'POST',
    path: 'broadcast',
    body: { contentType: 'text/plain; charset=utf-8', bytes: textBytes(text) },
    ...parts,
  });
  return answers.parseAnswer(answers.broadcastAccepted, answer);
}

export async function broadcastStatus(
  http: HttpClient,
  method: 'GET' | 'DELETE',
  id: string,
): Promise<BroadcastStatus> {
  const path = `broadcasts/${idSegment(id, 'broadcast')}`;
  return answers.parseAnswer(answers.broadcastStatus, await http.request({ method, path }));
}
