import { isBlank } from '../../protocol/line-decoder.ts';
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
import { maxResultsBytes, parseLineResults } from './line-results.ts';
import { messageBytes, type PushMessage, textBytes } from './message-bytes.ts';
import {
  correlationIdFor,
  type PushManyOptions,
  type PushOptions,
  pushParts,
  ttlHeader,
} from './push-options.ts';
import { createSendRequest, type PushClientOptions, type SendRequest } from './send-request.ts';

/**
 * A backend's way to the push URL. Every method throws a `PushError` when it has no result, and a `TypeError` for arguments that
 * can't be sent. Broadcasts are tried once, and so are pushes unless they say `retries`; what reads, disconnects or takes back is tried
 * up to three times.
 */
export type PushClient = {
  /** Pushes one message to every connection of its uid. All counts zero: nobody is registered as this uid. */
  push(message: PushMessage, options?: PushOptions): Promise<PushResult>;
  /**
   * Pushes up to 1,000 messages (3,000,000 bytes) in one request. One result per message, in order; a message that is refused has its
   * refusal there and costs no other. A text or bytes with a line break in it is a `TypeError`.
   */
  pushMany(messages: readonly PushMessage[], options?: PushManyOptions): Promise<LineResult[]>;
  /**
   * What became of a stored message, by the number that its push was answered. One that was never given is a `PushError` with the code
   * `unknown-message`.
   */
  message(uid: string, seq: number): Promise<MessageStatus>;
  /** Takes a stored message back: it is replayed to nobody from then on. A connection that has it keeps it. */
  takeBack(uid: string, seq: number): Promise<MessageStatus>;
  /** Starts to send a text, JSON or not, to every registered connection. */
  broadcast(text: string): Promise<BroadcastAccepted>;
  /** How far a broadcast is. After a week it is unknown: a `PushError` with the code `unknown-broadcast`. */
  broadcastStatus(id: string): Promise<BroadcastStatus>;
  /** Whether anybody is registered as `uid`, and the connections. */
  online(uid: string): Promise<Presence>;
  /**
   * A page of the uids that are online, in no order; `after` of one page asks for the next, and a page without it is the last. It
   * reads the table, whose cost grows with everybody who is online. `limit`: 1 to 500, default 100.
   */
  onlineUids(page?: { limit?: number; after?: string }): Promise<OnlinePage>;
  /**
   * Closes the connections of `uid` and forgets them, all but the one whose id is `except`. After a retry the counts are those of the
   * last attempt.
   */
  disconnect(uid: string, options?: { except?: string }): Promise<DisconnectResult>;
  /** Whether the service answers. */
  health(): Promise<Health>;
};

/** Throws a `TypeError` when the push URL is not an address. */
export function createPushClient(options: PushClientOptions): PushClient {
  const sendRequest = createSendRequest(options);
  return {
    push: (message, pushOptions = {}) => push(sendRequest, message, pushOptions),
    pushMany: (messages, pushManyOptions = {}) => pushMany(sendRequest, messages, pushManyOptions),
    message: (uid, seq) => messageStatus(sendRequest, 'GET', uid, seq),
    takeBack: (uid, seq) => messageStatus(sendRequest, 'DELETE', uid, seq),
    broadcast: (text) => broadcast(sendRequest, text),
    broadcastStatus: (id) => broadcastStatus(sendRequest, id),
    online: (uid) => online(sendRequest, uid),
    onlineUids: (page = {}) => onlineUids(sendRequest, page),
    disconnect: (uid, { except } = {}) => disconnect(sendRequest, uid, except),
    health: () => health(sendRequest),
  };
}

/**
 * The most that a Lambda function can answer.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const maxAnswerBytes = 6_291_456;

async function push(
  sendRequest: SendRequest,
  message: PushMessage,
  options: PushOptions,
): Promise<PushResult> {
  const { headers, retry } = pushParts(options);
  const answer = await sendRequest({
    method: 'POST',
    path: 'push',
    body: { contentType: 'application/json', bytes: messageBytes(message) },
    headers,
    correlationId: correlationIdFor(options),
    ...(retry && { retry }),
    maxAnswerBytes: maxResultsBytes(1),
  });
  return answers.parseAnswer(answers.pushResult, answer);
}

async function pushMany(
  sendRequest: SendRequest,
  messages: readonly PushMessage[],
  options: PushManyOptions,
): Promise<LineResult[]> {
  if (messages.length === 0) return [];
  const answer = await sendRequest({
    method: 'POST',
    path: 'push',
    body: { contentType: 'application/x-ndjson', bytes: withEndings(messages.map(messageBytes)) },
    headers: ttlHeader(options),
    correlationId: correlationIdFor(options),
    maxAnswerBytes: maxResultsBytes(messages.length),
  });
  return parseLineResults(answer, messages.length);
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

const newline = new Uint8Array([0x0a]);

function withEndings(lines: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  // One line with a break in it would be answered as two, and every result after it would belong to another line.
  const broken = lines.findIndex((line) => line.includes(0x0a));
  if (broken !== -1) throw new TypeError(`Message ${broken}, counted from 0, has a line break in it.`);
  // A blank line has no result.
  const blank = lines.findIndex(isBlank);
  if (blank !== -1) throw new TypeError(`Message ${blank}, counted from 0, is blank.`);
  return Buffer.concat(lines.flatMap((line) => [line, newline]));
}

async function broadcast(sendRequest: SendRequest, text: string): Promise<BroadcastAccepted> {
  const body = { contentType: 'text/plain; charset=utf-8', bytes: textBytes(text) };
  const answer = await sendRequest({ method: 'POST', path: 'broadcast', body, maxAnswerBytes });
  return answers.parseAnswer(answers.broadcastAccepted, answer);
}

async function broadcastStatus(sendRequest: SendRequest, id: string): Promise<BroadcastStatus> {
  const path = `broadcasts/${encodeURIComponent(id)}`;
  return answers.parseAnswer(
    answers.broadcastStatus,
    await sendRequest({ method: 'GET', path, maxAnswerBytes }),
  );
}

async function online(sendRequest: SendRequest, uid: string): Promise<Presence> {
  const answer = await sendRequest({ method: 'GET', path: uidPath(uid), maxAnswerBytes });
  return answers.parseAnswer(answers.presence, answer);
}

async function onlineUids(
  sendRequest: SendRequest,
  { limit, after }: { limit?: number; after?: string },
): Promise<OnlinePage> {
  const path = `uids${queryOf({ limit, after })}`;
  return answers.parseAnswer(answers.onlinePage, await sendRequest({ method: 'GET', path, maxAnswerBytes }));
}

async function disconnect(
  sendRequest: SendRequest,
  uid: string,
  except: string | undefined,
): Promise<DisconnectResult> {
  const path = `${uidPath(uid)}${queryOf({ except })}`;
  const answer = await sendRequest({ method: 'DELETE', path, maxAnswerBytes });
  return answers.parseAnswer(answers.disconnectResult, answer);
}

async function health(sendRequest: SendRequest): Promise<Health> {
  return answers.parseAnswer(
    answers.health,
    await sendRequest({ method: 'GET', path: 'health', maxAnswerBytes }),
  );
}
