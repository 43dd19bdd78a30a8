import type { BroadcastStatus } from '../../protocol/answers/broadcasts.ts';
import { MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import { tooLarge } from '../../protocol/message.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import { isRefusal } from '../../protocol/refusal.ts';
import { decodeUtf8 } from '../../protocol/utf8.ts';
import { bodyOf } from '../http/request-body.ts';
import { RequestHeader, readIdempotencyKey } from '../http/request-header.ts';
import { maybeId } from '../http/request-url.ts';
import {
  type HttpResponse,
  isoTime,
  jsonResponse,
  keyProblemResponse,
  problemResponse,
  refusalResponse,
} from '../http/response.ts';
import type { HttpRequest, Route } from '../http/router.ts';
import { isKeyProblem } from '../idempotency/claim-key.ts';
import type { BroadcastState, BroadcastTable } from './broadcast-table.ts';
import { BROADCAST_SEGMENTS } from './broadcast-task.ts';
import { type StartDependencies, startBroadcast } from './start-broadcast.ts';

export const broadcastRoutes: readonly Route<StartDependencies>[] = [
  {
    method: 'POST',
    path: '/broadcast',
    headers: [RequestHeader.idempotencyKey],
    takesBody: true,
    handle: start,
  },
  { method: 'GET', path: '/broadcasts/:id', handle: status },
  { method: 'DELETE', path: '/broadcasts/:id', handle: stop },
];

async function start({ event }: HttpRequest, dependencies: StartDependencies): Promise<HttpResponse> {
  const key = readIdempotencyKey(event);
  if ('problem' in key) return key.problem;
  const body = bodyOf(event);
  if (body.length === 0) return problemResponse(ProblemCode.invalidRequest, 'the body is empty');
  if (body.length > MAX_MESSAGE_BYTES) return refusalResponse(tooLarge(body.length));
  const text = decodeUtf8(body);
  if (text === undefined) return problemResponse(ProblemCode.invalidUtf8, 'the body is not UTF-8');
  const result = await startBroadcast(text, key.idempotencyKey, dependencies);
  if (isKeyProblem(result)) return keyProblemResponse(result);
  return isRefusal(result) ? refusalResponse(result) : jsonResponse(result, 202);
}

async function status(
  { params: { id = '' } }: Pick<HttpRequest, 'params'>,
  { broadcasts }: { broadcasts: Pick<BroadcastTable, 'stateOf'> },
): Promise<HttpResponse> {
  const state = await stateOf(id, broadcasts);
  return state ? jsonResponse(statusFrom(id, state)) : unknownBroadcast();
}

/**
 * Stops a broadcast: what has been posted stays posted, and no further page is begun. A worker reads the text before
 * each page, so:
 *
 *     stop                    worker                      next worker
 *                             reads the text
 *     notes the time
 *     deletes the text
 *                             posts its page, counts it
 *                             enqueues the next page
 *                                                         reads no text: does nothing, enqueues nothing
 *
 * The counts grow until the workers that had read the text have counted their pages. If these were the last pages of
 * all segments, everybody has got the text, and the broadcast is finished, whenever it was stopped.
 */
async function stop(
  { params: { id = '' } }: HttpRequest,
  { broadcasts, clock }: Pick<StartDependencies, 'broadcasts' | 'clock'>,
): Promise<HttpResponse> {
  const before = await stateOf(id, broadcasts);
  if (before === undefined) return unknownBroadcast();
  if (isFinished(before)) return jsonResponse(statusFrom(id, before));
  await broadcasts.stop(id, clock.now());
  return status({ params: { id } }, { broadcasts });
}

async function stateOf(
  id: string,
  broadcasts: Pick<BroadcastTable, 'stateOf'>,
): Promise<BroadcastState | undefined> {
  const state = maybeId(id) ? await broadcasts.stateOf(id) : undefined;
  // A push to a group is asked about as a multicast.
  return state?.group === undefined ? state : undefined;
}

function unknownBroadcast(): HttpResponse {
  return problemResponse(ProblemCode.unknownBroadcast, 'there is no such broadcast, or it was a week ago');
}

export function isFinished({ finishedAt }: BroadcastState): boolean {
  return finishedAt.length === BROADCAST_SEGMENTS;
}

export function statusFrom(id: string, state: BroadcastState): BroadcastStatus {
  const { delivered, gone, failed, startedAt, finishedAt, stoppedAt } = state;
  const counts = { delivered, gone, failed, startedAt: isoTime(startedAt) };
  if (isFinished(state)) {
    return { broadcast: id, state: 'finished', ...counts, finishedAt: isoTime(Math.max(...finishedAt)) };
  }
  if (stoppedAt === undefined) return { broadcast: id, state: 'running', ...counts };
  return { broadcast: id, state: 'stopped', ...counts, stoppedAt: isoTime(stoppedAt) };
}
