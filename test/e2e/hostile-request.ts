import { METHODS } from 'node:http';
import {
  MAX_IDEMPOTENCY_KEY_LENGTH,
  MAX_LINES_PER_REQUEST,
  MAX_MESSAGE_BYTES,
  MAX_UID_BYTES,
} from '../../protocol/limits.ts';
import * as fc from '../support/properties.ts';
import { routeRequests } from '../support/route-requests.ts';

export type HostileRequest = {
  method: string;
  /** As it goes over the wire. */
  target: string;
  headers: Record<string, string | string[]>;
  body: Uint8Array;
};

/** In everything that no answer may repeat. */
export const content = 'hush-hush';

const requests = routeRequests();
const knownPaths = [...new Set(requests.map(({ path }) => `/${path}`)), '/uids/u1/messages/x'];
const pathsOf = (isOne: (method: string) => boolean) => [
  ...new Set(requests.filter(({ method }) => isOne(method)).map(({ path }) => `/${path}`)),
];

const method = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('GET', 'POST', 'DELETE') },
  // A server hands CONNECT to nobody.
  { weight: 1, arbitrary: fc.constantFrom(...METHODS.filter((one) => one !== 'CONNECT')) },
);

/** Any text that is UTF-8, percent-encoded. */
const encodedText = fc.string({ unit: 'binary', maxLength: 20 }).map(encodeURIComponent);
const brokenEncoding = fc.constantFrom(
  '%',
  '%z',
  '%zz',
  '%ff',
  '%C3%28',
  '%00',
  '%ED%A0%80',
  '%E0%A4%A',
  '%c0%ae',
  '%u0041',
);
const oddSegment = fc.constantFrom(
  '.',
  '..',
  '%2e%2e',
  '%2F',
  '__proto__',
  'constructor',
  '*',
  ':uid',
  '**',
  '#',
  ';a=b',
  '',
);
const longSegment = fc
  .tuple(
    fc.constantFrom('x', '%00', '%F0%9F%98%80'),
    fc.constantFrom(255, 256, 257, MAX_UID_BYTES, MAX_UID_BYTES + 1),
  )
  .map(([unit, count]) => unit.repeat(count));
const segment = fc.oneof(
  encodedText,
  brokenEncoding,
  oddSegment,
  longSegment,
  fc.constantFrom('u1', 'uids', 'push'),
);

const sequenceNumber = fc.constantFrom(
  '0',
  '-0',
  '-1',
  '01',
  '1e3',
  '1.0',
  '9007199254740992',
  '9'.repeat(400),
);

const path = fc
  .oneof(
    { weight: 4, arbitrary: fc.constantFrom(...knownPaths) },
    { weight: 4, arbitrary: segment.map((uid) => `/uids/${uid}`) },
    { weight: 1, arbitrary: segment.map((id) => `/broadcasts/${id}`) },
    { weight: 1, arbitrary: segment.map((seq) => `/uids/u1/messages/${seq}`) },
    { weight: 1, arbitrary: sequenceNumber.map((seq) => `/uids/u1/messages/${seq}`) },
    { weight: 2, arbitrary: fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          fc.constantFrom(...knownPaths),
          fc.constantFrom('/', '//', '/.', '/..', '%2f', '/../push', '/%2e'),
        )
        .map((parts) => parts.join('')),
    },
    { weight: 1, arbitrary: fc.constantFrom(...knownPaths).map((known) => `/${known}`) },
    { weight: 1, arbitrary: fc.constantFrom(...knownPaths).map((known) => known.toUpperCase()) },
    { weight: 1, arbitrary: fc.constantFrom('*', 'http://elsewhere/uids', '/index.html', '/outputs.json') },
  )
  .filter((text) => text.length < 10_000);

const parameter = fc
  .tuple(
    fc.constantFrom('limit', 'after', 'except', 'Limit', '__proto__', 'toString', content, '%', ''),
    fc.constantFrom('=', '', '==', '[]='),
    fc.oneof(
      fc.constantFrom(
        '1',
        '0',
        '1000',
        '1001',
        '-1',
        '1e3',
        '0x10',
        '1.0',
        ' 1',
        '9'.repeat(400),
        content,
        'u1',
        '%',
      ),
      encodedText,
      brokenEncoding,
      fc.constant('x'.repeat(3_000)),
    ),
  )
  .map((parts) => parts.join(''));
const query = fc
  .oneof(
    { weight: 3, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: parameter.map((one) => `?${one}`) },
    { weight: 1, arbitrary: fc.array(parameter, { maxLength: 3 }).map((all) => `?${all.join('&')}`) },
    { weight: 1, arbitrary: fc.constantFrom('?', '??', '?&&&', '?limit=5&limit=5', `?${content}`) },
  )
  .map((text) => text.replaceAll(/[^!-~]/g, '%20'));

const mediaType = fc.constantFrom(
  'application/json',
  'application/x-ndjson',
  'APPLICATION/X-NDJSON ; charset=latin1',
  'application/x-ndjson,application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=a',
  'text/plain',
  'text/html; charset=utf-16',
  ';;;',
  '/',
  content,
);
const oddHeader = fc.constantFrom<[string, string | string[]]>(
  ['authorization', `Bearer ${content}`],
  ['authorization', 'Basic \u00ff\u00fe'],
  ['content-encoding', 'gzip'],
  ['cookie', `a=${content}; __proto__=1;;;`],
  ['__proto__', content],
  ['constructor', content],
  ['x-http-method-override', 'DELETE'],
  ['x-forwarded-for', `127.0.0.1, ${content}`],
  ['x-amz-date', content],
  ['accept', 'application/xml;q=2'],
  ['range', 'bytes=0-0'],
  ['if-none-match', '*'],
  ['origin', 'null'],
  ['ttl', '60'],
  ['ttl', content],
  ['ttl', ['1', '2']],
  ['idempotency-key', content],
  ['ttl', '-1'],
  ['ttl', '1e3'],
  ['ttl', '9'.repeat(400)],
  ['ttl', ''],
  ['idempotency-key', '\u00ff'],
  ['idempotency-key', ''],
  ['idempotency-key', 'k'.repeat(MAX_IDEMPOTENCY_KEY_LENGTH + 1)],
  ['idempotency-key', ['k', 'k']],
  ['x-correlation-id', `${content} {"level":"error"}`],
  ['x-correlation-id', 'c'.repeat(129)],
  ['x-correlation-id', '\u00ff'],
  ['x-correlation-id', ''],
  ['x-correlation-id', ['c', 'c']],
  ['x-many', ['a', '', content]],
  ['x-long', content.repeat(200)],
);
const headers = fc
  .tuple(fc.option(mediaType, { freq: 4 }), fc.array(oddHeader, { maxLength: 2 }))
  .map(
    ([type, others]) =>
      new Map([...others, ...(type === null ? [] : [['content-type', type] as [string, string]])]),
  )
  .map((all) => Object.fromEntries(all));

const uidSource = fc.oneof(
  fc.constantFrom(
    '"u1"',
    '""',
    'null',
    'true',
    '[]',
    '{}',
    '1',
    '-0',
    '1.0',
    '1e400',
    '-1e-400',
    '0x1',
    '01',
    '"\\ud800"',
    '"\\u0000"',
  ),
  fc.nat(1_500).map((digits) => '9'.repeat(digits + 1)),
  fc.constantFrom(MAX_UID_BYTES, MAX_UID_BYTES + 1).map((length) => `"${'u'.repeat(length)}"`),
  fc.json({ maxDepth: 1 }),
);
const message = fc
  .tuple(fc.constantFrom('uid', 'uid', 'uid', 'UID', '__proto__'), uidSource, fc.json({ maxDepth: 2 }))
  .map(([name, uid, more]) => `{"${name}":${uid},"text":"${content}","more":${more}}`);
/** JSON with one thing too much or too little. */
const nearJson = fc
  .tuple(message, fc.nat(), fc.constantFrom('', ',', '"', '}', '\\', '\u0000', '\ufeff', '\n', content))
  .map(([text, place, put]) => {
    const index = place % text.length;
    return text.slice(0, index) + put + text.slice(index + 1);
  });
const deep = fc
  .tuple(fc.constantFrom('[', '{"a":', `["${content}",`), fc.constantFrom(10, 5_000, 9_000))
  .map(([opening, depth]) => opening.repeat(depth));
const deepMessage = fc
  .constantFrom(10, 5_000, 60_000)
  .map((depth) => `{"uid":"u1","deep":${'['.repeat(depth)}${']'.repeat(depth)}}`);
const nearLimit = fc.constantFrom(-1, 0, 1).map((beyond) => {
  const start = `{"uid":"u1","text":"${content}`;
  return `${start}${'x'.repeat(MAX_MESSAGE_BYTES + beyond - start.length - 2)}"}`;
});
const lines = fc
  .array(fc.oneof(message, nearJson, fc.constantFrom('', '\r', ' ', '{"uid":"u1"}\r')), { maxLength: 8 })
  .map((all) => all.join('\n'));
const manyLines = fc
  .tuple(fc.constantFrom('\n', `${content}\n`), fc.constantFrom(-1, 0, 1))
  .map(([line, beyond]) => line.repeat(MAX_LINES_PER_REQUEST + beyond));
const text = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 6, arbitrary: message },
  { weight: 6, arbitrary: nearJson },
  { weight: 4, arbitrary: lines },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: deepMessage },
  { weight: 1, arbitrary: fc.oneof(nearLimit, manyLines) },
);
const body = fc.oneof(
  { weight: 4, arbitrary: text.map((source) => Uint8Array.from(Buffer.from(source))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
);

const anyRequest = fc
  .record({ method, path, query, headers, body })
  .map(({ path, query, ...rest }) => ({ ...rest, target: path + query }));
const anyBody = fc.record({
  method: fc.constant('POST'),
  target: fc.oneof(
    { weight: 9, arbitrary: fc.constant('/push') },
    { weight: 1, arbitrary: fc.constantFrom(...pathsOf((method) => method === 'POST')) },
  ),
  headers,
  body,
});
const anyQuery = fc.record({
  method: fc.constantFrom('GET', 'DELETE'),
  target: fc
    .tuple(fc.constantFrom(...pathsOf((method) => method !== 'POST')), query)
    .map((parts) => parts.join('')),
  headers,
  body,
});

/** Requests as nobody in their right mind sends them. HTTP itself is in order: what is not, no function ever sees. */
export const hostileRequest: fc.Arbitrary<HostileRequest> = fc.oneof(
  { weight: 5, arbitrary: anyRequest },
  { weight: 4, arbitrary: anyBody },
  { weight: 1, arbitrary: anyQuery },
);
