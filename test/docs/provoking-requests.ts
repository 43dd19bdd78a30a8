import type { Presence } from '../../protocol/answers/presence.ts';
import {
  MAX_LINES_PER_REQUEST,
  MAX_MESSAGE_BYTES,
  MAX_MULTICAST_UIDS,
  MAX_REQUEST_BYTES,
} from '../../protocol/limits.ts';
import type { RunningStack } from '../e2e/running-stack.ts';
import { otherRequests } from '../support/openapi-document.ts';
import { groupRequests, plainGroupRequests } from './group-requests.ts';
import { provokingMulticasts } from './provoking-multicasts.ts';
import { provokingPresence } from './provoking-presence.ts';

export type ProvokingRequest = {
  method: string;
  path: string;
  type?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
};

/** Some requests need something of the stack first: a browser, a broadcast. */
export type Provoke = ProvokingRequest | ((stack: RunningStack) => Promise<ProvokingRequest>);

const json = 'application/json';
const bytes = 'application/octet-stream';
const ndjson = 'application/x-ndjson';
const invalidUtf8 = Uint8Array.of(0x22, 0xff, 0x22);
const unreadable = '%E0%A4%A';
const tooLongUid = 'x'.repeat(1_025);
const tooLong = 'x'.repeat(MAX_MESSAGE_BYTES + 1);

/** A request that does no harm, for answers that don't depend on what is asked. */
export const plainRequests: Record<string, ProvokingRequest> = {
  push: push('{"uid":"u1"}'),
  multicast: multicast('{"uids":["u1"]}\n{}'),
  multicastStatus: { method: 'GET', path: 'multicasts/0b8f6f4e-5c1d-4a53-9d6c-6f2f6f1f2a11' },
  multicastOffline: { method: 'GET', path: 'multicasts/0b8f6f4e-5c1d-4a53-9d6c-6f2f6f1f2a11/offline' },
  multicastUnavailable: {
    method: 'GET',
    path: 'multicasts/0b8f6f4e-5c1d-4a53-9d6c-6f2f6f1f2a11/unavailable',
  },
  broadcast: broadcast('hello'),
  broadcastStatus: { method: 'GET', path: 'broadcasts/0b8f6f4e-5c1d-4a53-9d6c-6f2f6f1f2a11' },
  stopBroadcast: { method: 'DELETE', path: 'broadcasts/0b8f6f4e-5c1d-4a53-9d6c-6f2f6f1f2a11' },
  onlineOfUids: { method: 'POST', path: 'presence', type: json, body: '{"uids":["u1"]}' },
  countOnline: { method: 'GET', path: 'presence' },
  onlineUids: { method: 'GET', path: 'uids' },
  presence: { method: 'GET', path: 'uids/u1' },
  disconnect: { method: 'DELETE', path: 'uids/u1' },
  closeConnection: { method: 'DELETE', path: 'connections/L0SM9cOFvHcCIhw=' },
  ...plainGroupRequests,
  messageStatus: { method: 'GET', path: 'uids/u1/messages/1' },
  takeBack: { method: 'DELETE', path: 'uids/u1/messages/1' },
  health: { method: 'GET', path: 'health' },
  [otherRequests]: { method: 'GET', path: 'nothing' },
};

/** By operation, status and variant: the requests that have each documented answer of the running stack. */
export const provokingRequests: Record<string, readonly Provoke[]> = {
  [`push 200 ${json}`]: [
    push('{"uid":"nobody"}'),
    stored('{"uid":"stored"}'),
    { ...stored('{"uid":"stored"}'), headers: { ttl: '60', 'idempotency-key': 'k1' } },
    push('{"uid":9007199254740993}', bytes),
    async (stack) => {
      await stack.browser('pushed');
      return push('{"uid":"pushed","hi":1}');
    },
  ],
  [`push 200 ${ndjson}`]: [
    push('', ndjson),
    stored('{"uid":"stored"}\n{"uid":"stored"}\n{oops', ndjson),
    push(
      `\r\n{"uid":"u1"}\n{oops\n[]\n{"uid":""}\n{"uid":"${tooLong}"}\n\n{"uid":2}`,
      `${ndjson}; charset=utf-8`,
    ),
    push(invalidUtf8, ndjson),
    push('{"uid":"u1"}\n{"uid":"u2"}', 'application/jsonl'),
    push('\n'.repeat(MAX_REQUEST_BYTES), ndjson),
  ],
  'push 400 invalid-request': [
    { ...push('{"uid":"u1"}'), headers: { ttl: '-1' } },
    { ...push('{"uid":"u1"}'), headers: { 'idempotency-key': 'x'.repeat(256) } },
    { ...push('{"uid":"u1"}', ndjson), headers: { 'idempotency-key': 'k1' } },
    { ...push('{"uid":"u1"}'), path: 'push?ttl=60' },
  ],
  'push 400 invalid-utf8': [push(invalidUtf8, bytes), push(invalidUtf8, json)],
  'push 400 invalid-json': [push(''), push('{"uid":'), push('{"uid":"u1"}\n{"uid":"u2"}')],
  'push 400 not-an-object': [push('[]'), push('null'), push('1')],
  'push 400 unusable-uid': [
    push('{}'),
    push('{"uid":null}'),
    push('{"uid":1.5}'),
    push(`{"uid":"${tooLongUid}"}`),
    push('{"uid":"\\ud800"}'),
  ],
  'push 413 too-large': [
    push(`{"uid":"u1","text":"${tooLong}"}`),
    push('x\n\n'.repeat(MAX_LINES_PER_REQUEST + 1), ndjson),
    push('\n'.repeat(MAX_REQUEST_BYTES + 1), ndjson),
  ],
  'push 415 unsupported-media-type': unsupported((type) => push('{"uid":"u1"}', type)),
  'push 422 idempotency-key-reused': [
    async (stack) => {
      const headers = { 'idempotency-key': 'k1' };
      await stack.request('POST', 'push', { body: '{"uid":"reused"}', headers });
      return { ...push('{"uid":"reused","other":1}'), headers };
    },
  ],
  ...provokingMulticasts,
  [`multicast 200 ${json}`]: [
    multicast('{"uids":["u1",9007199254740993]}\r\n\n{"hi":1}\n'),
    { ...multicast('{"uids":["stored"]}\n{}'), headers: { ttl: '60', 'idempotency-key': 'k1' } },
    { ...multicast('{"uids":["u1"]}\n{}'), path: 'multicast?except=a' },
  ],
  'multicast 400 invalid-request': [
    multicast(''),
    multicast('{"uids":["u1"]}'),
    multicast('{"uids":[]}\n{}'),
    multicast('{"uid":"u1"}\n{}'),
    multicast('x\n'.repeat(MAX_REQUEST_BYTES / 2)),
    { ...multicast('{"uids":["u1"]}\n{}'), headers: { ttl: '-1' } },
    { ...multicast('{"uids":["u1"]}\n{}'), path: 'multicast?ttl=60' },
  ],
  'multicast 400 invalid-utf8': [multicast(Uint8Array.of(0xff, 0x0a, 0x7b, 0x7d))],
  'multicast 400 invalid-json': [multicast('{oops\n{}'), multicast('{"uids":["u1"]}\n{oops')],
  'multicast 400 not-an-object': [multicast('[]\n{}'), multicast('{"uids":["u1"]}\n[]')],
  'multicast 400 unusable-uid': [
    multicast('{"uids":[""]}\n{}'),
    multicast('{"uids":[1.5]}\n{}'),
    multicast('{"uids":[null]}\n{}'),
    multicast(`{"uids":["${tooLongUid}"]}\n{}`),
  ],
  'multicast 413 too-large': [
    multicast(`{"uids":["u1"]}\n{"text":"${tooLong}"}`),
    multicast(`${JSON.stringify({ uids: Array(MAX_MULTICAST_UIDS + 1).fill('u1') })}\n{}`),
  ],
  'multicast 415 unsupported-media-type': [
    ...unsupported((type) => multicast('{"uids":["u1"]}\n{}', type)),
    multicast('{"uids":["u1"]}\n{}', json),
  ],
  'multicast 422 idempotency-key-reused': [
    async (stack) => {
      const headers = { 'idempotency-key': 'reused', 'content-type': ndjson };
      await stack.request('POST', 'multicast', { body: '{"uids":["u1"]}\n{}', headers });
      return { ...multicast('{"uids":["u2"]}\n{}'), headers: { 'idempotency-key': 'reused' } };
    },
  ],
  [`broadcast 202 ${json}`]: [
    broadcast('no JSON: ü'),
    broadcast('x'.repeat(MAX_MESSAGE_BYTES)),
    { ...broadcast('hello'), headers: { 'idempotency-key': 'accepted' } },
  ],
  'broadcast 400 invalid-request': [
    broadcast(''),
    { ...broadcast('hello'), path: 'broadcast?x=%ZZ' },
    { ...broadcast('hello'), headers: { ttl: '60' } },
    { ...broadcast('hello'), headers: { 'idempotency-key': '' } },
  ],
  'broadcast 400 invalid-utf8': [broadcast(invalidUtf8, bytes), broadcast(invalidUtf8)],
  'broadcast 413 too-large': [broadcast(tooLong)],
  'broadcast 415 unsupported-media-type': unsupported((type) => broadcast('hello', type)),
  'broadcast 422 idempotency-key-reused': [
    async (stack) => {
      const headers = { 'idempotency-key': 'k1' };
      await stack.request('POST', 'broadcast', { body: 'hello', headers });
      return { ...broadcast('another'), headers };
    },
  ],
  [`broadcastStatus 200 ${json}`]: [
    async (stack) => {
      const response = await fetch(`${stack.stack.outputs.PushUrl}broadcast`, {
        method: 'POST',
        body: 'hello',
      });
      const { broadcast: id } = (await response.json()) as { broadcast: string };
      return { method: 'GET', path: `broadcasts/${id}` };
    },
  ],
  'broadcastStatus 400 invalid-request': [
    { method: 'GET', path: `broadcasts/${unreadable}` },
    { method: 'GET', path: 'broadcasts/x?id=y' },
    { method: 'GET', path: 'broadcasts/none', headers: { ttl: '60' } },
  ],
  'broadcastStatus 404 unknown-broadcast': [
    { method: 'GET', path: 'broadcasts/0b8f6f4e-5c1d-4a53-9d6c-6f2f6f1f2a11' },
    { method: 'GET', path: `broadcasts/${'x'.repeat(3_000)}` },
  ],
  [`stopBroadcast 200 ${json}`]: [
    async (stack) => {
      const response = await stack.request('POST', 'broadcast', { body: 'hello' });
      const { broadcast: id } = (await response.json()) as { broadcast: string };
      return { method: 'DELETE', path: `broadcasts/${id}` };
    },
  ],
  'stopBroadcast 400 invalid-request': [
    { method: 'DELETE', path: `broadcasts/${unreadable}` },
    { method: 'DELETE', path: 'broadcasts/none?now' },
  ],
  'stopBroadcast 404 unknown-broadcast': [
    { method: 'DELETE', path: 'broadcasts/0b8f6f4e-5c1d-4a53-9d6c-6f2f6f1f2a11' },
    { method: 'DELETE', path: `broadcasts/${'x'.repeat(3_000)}` },
  ],
  [`onlineUids 200 ${json}`]: [
    { method: 'GET', path: 'uids' },
    async (stack) => {
      await stack.browser('first');
      await stack.browser('second');
      return { method: 'GET', path: 'uids?limit=1' };
    },
    { method: 'GET', path: 'uids?limit=500&after=nobody' },
  ],
  'onlineUids 400 invalid-request': [
    ...[
      'limit=0',
      'limit=1001',
      'limit=1e2',
      'limit=',
      'after=',
      `after=${tooLongUid}`,
      'limits=1',
      'limit=1&limit=2',
      'after=%ZZ',
    ],
  ].map((query) => ({ method: 'GET', path: `uids?${query}` })),
  [`presence 200 ${json}`]: [
    { method: 'GET', path: 'uids/%E7%94%A8%E6%88%B7' },
    async (stack) => {
      await stack.browser('a/b');
      return { method: 'GET', path: 'uids/a%2Fb' };
    },
  ],
  'presence 400 invalid-request': [
    { method: 'GET', path: `uids/${unreadable}` },
    { method: 'GET', path: 'uids/u1?x' },
  ],
  'presence 400 unusable-uid': [{ method: 'GET', path: `uids/${tooLongUid}` }],
  [`disconnect 200 ${json}`]: [
    { method: 'DELETE', path: 'uids/nobody?except=L0SM9cOFvHcCIhw%3D' },
    async (stack) => {
      await stack.browser('kicked');
      return { method: 'DELETE', path: 'uids/kicked' };
    },
  ],
  'disconnect 400 invalid-request': [
    { method: 'DELETE', path: `uids/u1?${'except=a&'.repeat(101)}` },
    { method: 'DELETE', path: `uids/${unreadable}` },
    { method: 'DELETE', path: 'uids/u1', body: '{"except":"a"}' },
    ...[
      'exept=a',
      'except=',
      `only=${'x'.repeat(129)}`,
      'except=%ZZ',
      'revoke',
      'revoke=now',
      'block=60',
      'block=-1',
      'block=31536001',
    ].map((query) => ({
      method: 'DELETE',
      path: `uids/u1?${query}`,
    })),
  ],
  'disconnect 400 unusable-uid': [{ method: 'DELETE', path: `uids/${tooLongUid}` }],
  [`closeConnection 200 ${json}`]: [
    async (stack) => {
      await stack.browser('closed');
      return { method: 'DELETE', path: `connections/${await connectionOf(stack, 'closed')}` };
    },
    async (stack) => {
      await stack.browser('closed twice');
      const path = `connections/${await connectionOf(stack, 'closed twice')}`;
      await stack.request('DELETE', path);
      return { method: 'DELETE', path };
    },
  ],
  'closeConnection 400 invalid-request': [
    { method: 'DELETE', path: `connections/${unreadable}` },
    { method: 'DELETE', path: 'connections/a?now' },
    { method: 'DELETE', path: 'connections/a', headers: { ttl: '60' } },
  ],
  'closeConnection 404 unknown-connection': [
    { method: 'DELETE', path: 'connections/L0SM9cOFvHcCIhw%3D' },
    ...['u1', '%20', 'a%2Fb', '%00', '%2F..%2F', '%F0%9F%98%80', 'x'.repeat(129), 'x'.repeat(3_000)].map(
      (id) => ({ method: 'DELETE', path: `connections/${id}` }),
    ),
  ],
  ...groupRequests,
  ...provokingPresence,
  ...ofMessages('messageStatus', 'GET'),
  ...ofMessages('takeBack', 'DELETE'),
  [`health 200 ${json}`]: [
    { method: 'GET', path: 'health' },
    { method: 'HEAD', path: 'health/' },
  ],
  'health 400 invalid-request': [
    { method: 'GET', path: 'health?x=%' },
    { method: 'GET', path: 'health', headers: { 'idempotency-key': 'k1' } },
  ],
  [`${otherRequests} 404 unknown-route`]: [
    { method: 'GET', path: 'nothing' },
    { method: 'POST', path: '' },
    { method: 'GET', path: 'uids/a/b' },
  ],
  [`${otherRequests} 405 wrong-method`]: [
    { method: 'GET', path: 'push' },
    { method: 'PUT', path: 'uids/u1' },
    { method: 'HEAD', path: 'push' },
    { method: 'OPTIONS', path: 'health' },
  ],
};

async function connectionOf(stack: RunningStack, uid: string): Promise<string> {
  const { connections } = await stack.json<Presence>('GET', `uids/${encodeURIComponent(uid)}`);
  return encodeURIComponent(connections[0]?.id ?? '');
}

function ofMessages(operation: string, method: string): Record<string, readonly Provoke[]> {
  const of = (path: string) => ({ method, path: `uids/${path}` });
  const stored = async (stack: RunningStack): Promise<number> => {
    const headers = { ttl: '60' };
    const response = await stack.request('POST', 'push', { body: `{"uid":"${operation}"}`, headers });
    return ((await response.json()) as { seq: number }).seq;
  };
  return {
    [`${operation} 200 ${json}`]: [
      async (stack) => of(`${operation}/messages/${await stored(stack)}`),
      async (stack) => {
        const path = `uids/${operation}/messages/${await stored(stack)}`;
        await stack.request('DELETE', path);
        return { method, path };
      },
    ],
    [`${operation} 400 invalid-request`]: [
      of(`${unreadable}/messages/1`),
      of('u1/messages/1?x=1'),
      ...['0', '-1', '1.5', 'x', '01', '9'.repeat(17)].map((seq) => of(`u1/messages/${seq}`)),
    ],
    [`${operation} 400 unusable-uid`]: [of(`${tooLongUid}/messages/1`)],
    [`${operation} 404 unknown-message`]: [of('nobody/messages/1')],
  };
}

/** What `of` makes in encodings that are not taken. */
function unsupported(of: (type: string) => ProvokingRequest): ProvokingRequest[] {
  return [
    of('application/json; charset=gbk'),
    of('application/x-ndjson; CHARSET="utf-16"'),
    of('multipart/form-data; boundary=a'),
    { ...of('text/plain'), headers: { 'content-encoding': 'gzip' } },
  ];
}

function stored(body: string, type = json): ProvokingRequest {
  return { ...push(body, type), headers: { ttl: '60' } };
}

function push(body: string | Uint8Array<ArrayBuffer>, type = json): ProvokingRequest {
  return { method: 'POST', path: 'push', type, body };
}

function multicast(body: string | Uint8Array<ArrayBuffer>, type = ndjson): ProvokingRequest {
  return { method: 'POST', path: 'multicast', type, body };
}

function broadcast(body: string | Uint8Array<ArrayBuffer>, type = 'text/plain'): ProvokingRequest {
  return { method: 'POST', path: 'broadcast', type, body };
}
