import * as v from 'valibot';
import type { BroadcastAccepted, BroadcastStatus } from '../../protocol/answers/broadcasts.ts';
import { idSegment } from './address.ts';
import { type Answer, count, parseAnswer, time } from './answers.ts';
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
  return parseAnswer(accepted, answer);
}

export async function broadcastStatus(
  http: HttpClient,
  method: 'GET' | 'DELETE',
  id: string,
): Promise<BroadcastStatus> {
  const path = `broadcasts/${idSegment(id, 'broadcast')}`;
  return parseAnswer(statusAnswer, await http.request({ method, path }));
}

const accepted: Answer<BroadcastAccepted> = v.object({ broadcast: v.string() });

const statusAnswer: Answer<BroadcastStatus> = v.object({
  broadcast: v.string(),
  state: v.picklist(['running', 'finished', 'stopped']),
  delivered: count,
  gone: count,
  failed: count,
  startedAt: time,
  finishedAt: v.exactOptional(time),
  stoppedAt: v.exactOptional(time),
});
