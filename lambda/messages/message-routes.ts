import { ProblemCode } from '../../protocol/problem.ts';
import type { MessageStatus } from '../../protocol/push-api.ts';
import { uidProblem } from '../../protocol/uid.ts';
import { type HttpResponse, jsonResponse, problemResponse } from '../http/response.ts';
import type { HttpRequest, Route } from '../http/router.ts';

/** `undefined`: no message of the uid was ever given this number. */
export type MessageService = {
  messageStatus(uid: string, seq: number): Promise<MessageStatus | undefined>;
  takeBackMessage(uid: string, seq: number): Promise<MessageStatus | undefined>;
};

const path = '/uids/:uid/messages/:seq';

export const messageRoutes: readonly Route<MessageService>[] = [
  {
    method: 'GET',
    path,
    handle: (request, service) => answer(request, (uid, seq) => service.messageStatus(uid, seq)),
  },
  {
    method: 'DELETE',
    path,
    handle: (request, service) => answer(request, (uid, seq) => service.takeBackMessage(uid, seq)),
  },
];

async function answer(
  { params }: HttpRequest,
  statusOf: (uid: string, seq: number) => Promise<MessageStatus | undefined>,
): Promise<HttpResponse> {
  const { uid = '', seq = '' } = params;
  const problem = uidProblem(uid);
  if (problem) return problemResponse(ProblemCode.unusableUid, `found ${problem}`);
  if (!/^[1-9]\d{0,14}$/.test(seq)) {
    return problemResponse(ProblemCode.invalidRequest, 'the number of a message is a whole number from 1');
  }
  const status = await statusOf(uid, Number(seq));
  return status
    ? jsonResponse(status)
    : problemResponse(ProblemCode.unknownMessage, 'no message of this uid was given this number');
}
