import { MAX_QUERIED_UIDS, MAX_REQUEST_BYTES } from '../../protocol/limits.ts';
import type { Provoke, ProvokingRequest } from './provoking-requests.ts';

const json = 'application/json';

function presence(body: string | Uint8Array<ArrayBuffer>, type = json): ProvokingRequest {
  return { method: 'POST', path: 'presence', type, body };
}

const uids = (count: number) => JSON.stringify({ uids: Array.from({ length: count }, (_, n) => n) });

/** Requests for who is online, by operation, status and variant. */
export const provokingPresence: Record<string, readonly Provoke[]> = {
  [`onlineOfUids 200 ${json}`]: [
    presence('{"uids":[]}'),
    presence(uids(MAX_QUERIED_UIDS), 'application/octet-stream'),
    async (stack) => {
      await stack.browser('9007199254740993');
      return presence('{"uids":["nobody",9007199254740993,"9007199254740993"]}');
    },
  ],
  'onlineOfUids 400 invalid-request': [
    presence('{}'),
    presence('{"uids":"u1"}'),
    presence('{"uids":["u1"],"at":1}'),
    { ...presence('{"uids":["u1"]}'), path: 'presence?limit=1' },
    { ...presence('{"uids":["u1"]}'), headers: { 'idempotency-key': 'k1' } },
  ],
  'onlineOfUids 400 invalid-utf8': [presence(Uint8Array.of(0x22, 0xff, 0x22))],
  'onlineOfUids 400 invalid-json': [presence(''), presence('{"uids":["u1"]}\n{}')],
  'onlineOfUids 400 not-an-object': [presence('["u1"]'), presence('null')],
  'onlineOfUids 400 unusable-uid': ['""', '1.5', 'null', '["u1"]', `"${'x'.repeat(1_025)}"`].map((uid) =>
    presence(`{"uids":["u1",${uid}]}`),
  ),
  'onlineOfUids 413 too-large': [
    presence(uids(MAX_QUERIED_UIDS + 1)),
    presence('x'.repeat(MAX_REQUEST_BYTES + 1)),
  ],
  'onlineOfUids 415 unsupported-media-type': [
    presence('{"uids":[]}', 'application/json; charset=gbk'),
    { ...presence('{"uids":[]}'), headers: { 'content-encoding': 'gzip' } },
  ],
  [`countOnline 200 ${json}`]: [
    { method: 'GET', path: 'presence' },
    { method: 'HEAD', path: 'presence' },
  ],
  'countOnline 400 invalid-request': [{ method: 'GET', path: 'presence?exact' }],
};
