import type {
  BroadcastAccepted,
  BroadcastStatus,
  DisconnectResult,
  Health,
  MessageStatus,
  OnlinePage,
  Presence,
} from '../../protocol/push-api.ts';
import type { LineResult, PushResult } from '../../protocol/push-result.ts';
import { queryOf, uidPath } from './address.ts';
import * as answers from './answers.ts';
import {
  broadcastParts,
  disconnectOptionsOf,
  onlineUidsOptionsOf,
  type PushParts,
  pushParts,
} from './call-options.ts';
import { clientOptionsOf } from './client-options.ts';
import { maxResultsBytes } from './line-results.ts';
import { messageBytes, type PushMessage, textBytes } from './message-bytes.ts';
import type {
  BroadcastOptions,
  DisconnectOptions,
  OnlineUidsOptions,
  PushClientOptions,
  PushManyOptions,
  PushOptions,
} from './options.ts';
import { pushManyBy } from './push-many.ts';
import { createSendRequest, type SendRequest } from './send-request.ts';

/**
 * A backend's way to the push URL. Every method rejects with a `PushError` when it has no result, and with a
 * `TypeError` for arguments that can't be sent and options that don't exist. A push or a broadcast is repeated as its
 * `retries` say, once by default, and done once; what reads, disconnects or takes back is tried up to three times when
 * the connection breaks or the answer is 429 or 5xx; `pushMany` is tried once. Between attempts the client waits for
 * 0.1 to 15 seconds, or for what the answer's `Retry-After` asks for, but at most for 30 seconds.
 */
export type PushClient = {
  /** Pushes one message to every connection of its uid. All counts zero: no connection is registered as this uid. */
  push(message: PushMessage, options?: PushOptions): Promise<PushResult>;
  /**
   * Pushes up to 1,000 messages (4,500,000 bytes) in one request. One result per message, in order; a message that is
   * refused has its refusal there and costs no other. One with a line break in it, or that is blank, is a `TypeError`.
   */
  pushMany(messages: readonly PushMessage[], options?: PushManyOptions): Promise<LineResult[]>;
  /**
   * What became of a stored message, by the number that its push was answered. One that was never given is a
   * `PushError` with the code `unknown-message`.
   */
  message(uid: string, seq: number): Promise<MessageStatus>;
  /** Takes a stored message back: it is not replayed from then on. A connection that has it keeps it. */
  takeBack(uid: string, seq: number): Promise<MessageStatus>;
  /** Starts to send a text, JSON or not, to every registered connection. */
  broadcast(text: string, options?: BroadcastOptions): Promise<BroadcastAccepted>;
  /** How far a broadcast is. After a week it is unknown: a `PushError` with the code `unknown-broadcast`. */
  broadcastStatus(id: string): Promise<BroadcastStatus>;
  /**
   * Stops a broadcast. What was sent stays sent; the counts grow for up to half a minute more, while workers end the
   * page that they are at. One that is finished is answered as it is.
   */
  stopBroadcast(id: string): Promise<BroadcastStatus>;
  /** Returns whether any connection is registered as `uid`, and the connections. */
  online(uid: string): Promise<Presence>;
  /**
   * A page of the uids that are online, in no order; `after` of one page asks for the next, and a page without it is
   * the last. It reads the table, whose cost grows with the number of connections.
   */
  onlineUids(page?: OnlineUidsOptions): Promise<OnlinePage>;
  /**
   * Closes the connections of `uid` and forgets them, all but the one whose id is `except`. With `revoke` its tokens
   * are refused, too, and with `blockSeconds` all of its tokens for a time. After a retry the counts are those of the
   * last attempt.
   */
  disconnect(uid: string, options?: DisconnectOptions): Promise<DisconnectResult>;
  /** Whether the service answers. */
  health(): Promise<Health>;
};

/** Throws a `TypeError` that names an option which can't be used, or doesn't exist. The methods need no `this`. */
export function createPushClient(options: PushClientOptions): PushClient {
  const checked = clientOptionsOf(options);
  const sendRequest = createSendRequest(checked);
  return {
    push: async (message, pushOptions = {}) =>
      push(sendRequest, message, pushParts(pushOptions, checked.retries)),
    pushMany: pushManyBy(sendRequest),
    message: (uid, seq) => messageStatus(sendRequest, 'GET', uid, seq),
    takeBack: (uid, seq) => messageStatus(sendRequest, 'DELETE', uid, seq),
    broadcast: async (text, broadcastOptions = {}) =>
      broadcast(sendRequest, text, broadcastParts(broadcastOptions, checked.retries)),
    broadcastStatus: (id) => broadcastStatus(sendRequest, 'GET', id),
    stopBroadcast: (id) => broadcastStatus(sendRequest, 'DELETE', id),
    online: (uid) => online(sendRequest, uid),
    onlineUids: async (page = {}) => onlineUids(sendRequest, onlineUidsOptionsOf(page)),
    disconnect: async (uid, disconnectOptions = {}) =>
      disconnect(sendRequest, uid, disconnectOptionsOf(disconnectOptions)),
    health: () => health(sendRequest),
  };
}

/**
 * The most that a Lambda function can answer.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const maxAnswerBytes = 6_291_456;

async function push(sendRequest: SendRequest, message: PushMessage, parts: PushParts): Promise<PushResult> {
  const answer = await sendRequest({
    method: 'POST',
    path: 'push',
    body: { contentType: 'application/json', bytes: messageBytes(message) },
    ...parts,
    maxAnswerBytes: maxResultsBytes(1),
  });
  return answers.parseAnswer(answers.pushResult, answer);
}

async function messageStatus(
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

async function broadcast(
  sendRequest: SendRequest,
  text: string,
  parts: PushParts,
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

async function broadcastStatus(
  sendRequest: SendRequest,
  method: 'GET' | 'DELETE',
  id: string,
): Promise<BroadcastStatus> {
  if (typeof id !== 'string' || id === '')
    throw new TypeError('The id of a broadcast was expected, which is a text.');
  const path = `broadcasts/${encodeURIComponent(id)}`;
  return answers.parseAnswer(answers.broadcastStatus, await sendRequest({ method, path, maxAnswerBytes }));
}

async function online(sendRequest: SendRequest, uid: string): Promise<Presence> {
  const answer = await sendRequest({ method: 'GET', path: uidPath(uid), maxAnswerBytes });
  return answers.parseAnswer(answers.presence, answer);
}

async function onlineUids(
  sendRequest: SendRequest,
  { limit, after }: ReturnType<typeof onlineUidsOptionsOf>,
): Promise<OnlinePage> {
  const path = `uids${queryOf({ limit, after })}`;
  return answers.parseAnswer(answers.onlinePage, await sendRequest({ method: 'GET', path, maxAnswerBytes }));
}

async function disconnect(
  sendRequest: SendRequest,
  uid: string,
  { except, revoke, blockSeconds }: ReturnType<typeof disconnectOptionsOf>,
): Promise<DisconnectResult> {
  const through = revoke instanceof Date ? Math.floor(revoke.getTime() / 1_000) : revoke ? '' : undefined;
  const path = `${uidPath(uid)}${queryOf({ except, revoke: through, block: blockSeconds })}`;
  const answer = await sendRequest({ method: 'DELETE', path, maxAnswerBytes });
  return answers.parseAnswer(answers.disconnectResult, answer);
}

async function health(sendRequest: SendRequest): Promise<Health> {
  return answers.parseAnswer(
    answers.health,
    await sendRequest({ method: 'GET', path: 'health', maxAnswerBytes }),
  );
}
