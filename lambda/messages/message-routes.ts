import type { MessageStatus } from '../../protocol/answers/messages.ts';
import type { Clock } from '../../protocol/clock.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import { unusableUid } from '../http/request-url.ts';
import { type HttpResponse, isoTime, jsonResponse, problemResponse } from '../http/response.ts';
import type { HttpRequest, Route } from '../http/router.ts';
import { isTakenBack, type MessageLog, type MessageState } from './message-log.ts';

export type MessageRouteDependencies = {
  messageLog: Pick<MessageLog, 'stateOf' | 'takeBack'>;
  clock: Pick<Clock, 'now'>;
};

const path = '/uids/:uid/messages/:seq';

export const messageRoutes: readonly Route<MessageRouteDependencies>[] = [
  { method: 'GET', path, handle: (request, dependencies) => answer(request, messageStatus, dependencies) },
  { method: 'DELETE', path, handle: (request, dependencies) => answer(request, takeBack, dependencies) },
];

async function answer(
  { params: { uid = '', seq = '' } }: HttpRequest,
  statusOf: typeof messageStatus,
  dependencies: MessageRouteDependencies,
): Promise<HttpResponse> {
  const problem = unusableUid(uid);
  if (problem) return problem;
  if (!/^[1-9]\d{0,14}$/.test(seq)) {
    return problemResponse(ProblemCode.invalidRequest, 'the number of a message is a whole number from 1');
  }
  const status = await statusOf(uid, Number(seq), dependencies);
  return status
    ? jsonResponse(status)
    : problemResponse(ProblemCode.unknownMessage, 'no message of this uid was given this number');
}

/** Returns `undefined` when no message of the uid was ever given this number; so does `takeBack`. */
async function messageStatus(
  uid: string,
  seq: number,
  { messageLog, clock }: MessageRouteDependencies,
): Promise<MessageStatus | undefined> {
  return statusFrom(uid, seq, await messageLog.stateOf(uid, seq, clock.now()));
}

/** Deletes the message if it exists. Returns its resulting status. */
async function takeBack(
  uid: string,
  seq: number,
  dependencies: MessageRouteDependencies,
): Promise<MessageStatus | undefined> {
  const { messageLog, clock } = dependencies;
  const status = await messageStatus(uid, seq, dependencies);
  const isThere = status !== undefined && status.state !== 'expired' && status.state !== 'deleted';
  if (!isThere) return status;
  if (await messageLog.takeBack(uid, seq, clock.now())) return { ...status, state: 'deleted' };
  // It has expired, or another request took it back, since it was read.
  return messageStatus(uid, seq, dependencies);
}

function statusFrom(
  uid: string,
  seq: number,
  { latest, entry, receipt }: MessageState,
): MessageStatus | undefined {
  // A number beyond the counter has never been published.
  if (seq > latest) return undefined;
  if (entry === undefined) return { uid, seq, state: 'expired' };
  const { deliveredAt, acknowledgedAt } = receipt;
  return {
    uid,
    seq,
    state: isTakenBack(entry) ? 'deleted' : receivedState(receipt),
    storedAt: isoTime(entry.storedAt),
    expiresAt: isoTime(entry.storedUntil),
    ...(deliveredAt !== undefined && { deliveredAt: isoTime(deliveredAt) }),
    ...(acknowledgedAt !== undefined && { acknowledgedAt: isoTime(acknowledgedAt) }),
  };
}

function receivedState({ deliveredAt, acknowledgedAt }: MessageState['receipt']) {
  if (acknowledgedAt !== undefined) return 'acknowledged';
  return deliveredAt === undefined ? 'stored' : 'delivered';
}
