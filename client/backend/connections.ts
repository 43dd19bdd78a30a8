import * as v from 'valibot';
import type { CloseResult, DisconnectResult } from '../../protocol/answers/disconnect.ts';
import type { Health } from '../../protocol/answers/health.ts';
import type { OnlinePage, Presence } from '../../protocol/answers/presence.ts';
import { idSegment, queryOf, uidPath } from './address.ts';
import { type Answer, count, parseAnswer, time } from './answers.ts';
import type { pageOptionsOf } from './call-options.ts';
import type { HttpClient } from './http-client.ts';

export async function online(http: HttpClient, uid: string, query: string): Promise<Presence> {
  const answer = await http.request({ method: 'GET', path: `${uidPath(uid)}${query}` });
  return parseAnswer(presence, answer);
}

export async function onlineUids(
  http: HttpClient,
  { limit, after }: ReturnType<typeof pageOptionsOf>,
): Promise<OnlinePage> {
  const path = `uids${queryOf({ limit, after })}`;
  return parseAnswer(onlinePage, await http.request({ method: 'GET', path }));
}

export async function disconnect(http: HttpClient, uid: string, query: string): Promise<DisconnectResult> {
  const path = `${uidPath(uid)}${query}`;
  const answer = await http.request({ method: 'DELETE', path });
  return parseAnswer(disconnectResult, answer);
}

export async function closeConnection(http: HttpClient, id: string): Promise<CloseResult> {
  const path = `connections/${idSegment(id, 'connection')}`;
  return parseAnswer(closeResult, await http.request({ method: 'DELETE', path }));
}

export async function health(http: HttpClient): Promise<Health> {
  return parseAnswer(healthAnswer, await http.request({ method: 'GET', path: 'health' }));
}

const presence: Answer<Presence> = v.object({
  uid: v.string(),
  online: v.boolean(),
  connections: v.array(
    v.object({
      id: v.string(),
      since: time,
      device: v.exactOptional(v.string()),
      meta: v.exactOptional(v.record(v.string(), v.unknown())),
    }),
  ),
  excluded: v.exactOptional(count),
});

const onlinePage: Answer<OnlinePage> = v.object({
  uids: v.array(v.object({ uid: v.string(), connections: count })),
  after: v.exactOptional(v.string()),
});

const disconnectResult: Answer<DisconnectResult> = v.object({
  uid: v.string(),
  closed: count,
  gone: count,
  failed: count,
  revokedThrough: v.exactOptional(time),
  blockedUntil: v.exactOptional(time),
  excluded: v.exactOptional(count),
});

const closeResult: Answer<CloseResult> = v.object({
  connection: v.string(),
  uid: v.exactOptional(v.string()),
  closed: count,
  gone: count,
  failed: count,
});

const healthAnswer: Answer<Health> = v.object({ status: v.literal('ok') });
