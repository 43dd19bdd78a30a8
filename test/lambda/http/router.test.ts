import { describe, expect, test } from 'vitest';
import type { FunctionUrlEvent } from '../../../lambda/http/function-url-event.ts';
import { jsonResponse } from '../../../lambda/http/response.ts';
import { createRouting, type Route } from '../../../lambda/http/router.ts';

const echo: Route<unknown>['handle'] = async ({ params, query }) => jsonResponse({ params, query });
const route = createRouting<unknown>([
  { method: 'GET', path: '/uids', parameters: ['after', 'limit'], handle: echo },
  { method: 'GET', path: '/uids/:uid', handle: echo },
  { method: 'DELETE', path: '/uids/:uid', parameters: ['except'], handle: echo },
  { method: 'POST', path: '/push', takesBody: true, handle: echo },
]);

async function answerTo(
  method: string,
  rawPath: string,
  rawQueryString = '',
  { headers: sent = {}, body: sentBody }: Pick<Partial<FunctionUrlEvent>, 'headers' | 'body'> = {},
) {
  const event: FunctionUrlEvent = {
    rawPath,
    rawQueryString,
    headers: sent,
    requestContext: { http: { method } },
    ...(sentBody !== undefined && { body: sentBody }),
    isBase64Encoded: false,
  };
  const { statusCode, headers, body } = await route(event, undefined);
  return { statusCode, headers, ...JSON.parse(body) };
}

describe('a path', () => {
  test.each([
    ['u1', 'u1'],
    ['a%2Fb', 'a/b'],
    ['%E7%94%A8%E6%88%B7', '用户'],
    ['%25', '%'],
    ['a%20b', 'a b'],
    ['a+b', 'a+b'],
    ['%00', '\u0000'],
    ['.', '.'],
    ['..', '..'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
  ])('addresses a uid by its percent-encoded UTF-8: /uids/%s', async (segment, uid) => {
    expect(await answerTo('GET', `/uids/${segment}`)).toMatchObject({ statusCode: 200, params: { uid } });
  });

  test.each(['%', '%zz', '%ff', '%C3', '\u00fc', 'a\u00a0b'])(
    'that is not percent-encoded UTF-8 is refused: /uids/%s',
    async (segment) => {
      expect(await answerTo('GET', `/uids/${segment}`)).toMatchObject({
        statusCode: 400,
        code: 'invalid-request',
      });
    },
  );

  test.each(['/', '/nothing', '/uids/a/b', '/UIDS', '//uids', ''])(
    'that is nowhere is unknown: %j',
    async (path) => {
      expect(await answerTo('GET', path)).toMatchObject({ statusCode: 404, code: 'unknown-route' });
    },
  );
});

test('a method that the path does not take is refused with those that it takes', async () => {
  expect(await answerTo('POST', '/uids/u1')).toMatchObject({
    statusCode: 405,
    code: 'wrong-method',
    headers: { allow: 'GET, HEAD, DELETE', 'content-type': 'application/problem+json' },
  });
});

test('HEAD goes wherever GET goes, and nowhere else', async () => {
  expect(await answerTo('HEAD', '/uids/u1')).toMatchObject({ statusCode: 200, params: { uid: 'u1' } });
  expect(await answerTo('HEAD', '/push')).toMatchObject({ statusCode: 405, headers: { allow: 'POST' } });
});

test.each([
  ['GET', '/uids/'],
  ['HEAD', '/uids/u1/'],
  ['DELETE', '/uids/u1/'],
  ['POST', '/push/'],
])('one slash at the end of a path is ignored, and not two: %s %s', async (method, path) => {
  expect(await answerTo(method, path)).toMatchObject({ statusCode: 200 });
  expect(await answerTo(method, `${path}/`)).toMatchObject({ statusCode: 404 });
});

describe('a query', () => {
  test.each([
    ['after=a%2Fb&limit=5', { after: 'a/b', limit: '5' }],
    ['after=a+b%2B', { after: 'a b+' }],
    ['%61fter=%E7%94%A8', { after: '\u7528' }],
    ['after=a=b', { after: 'a=b' }],
    ['after', { after: '' }],
    ['&&limit=5&', { limit: '5' }],
    ['', {}],
  ])('is decoded: %s', async (query, expected) => {
    expect(await answerTo('GET', '/uids', query)).toMatchObject({ statusCode: 200, query: expected });
  });

  test.each(['except=%ZZ', 'except=%', 'except=%ff', 'except=a%C3', '%ZZ=a', 'except=\u00fc'])(
    'that is not percent-encoded UTF-8 is refused, not guessed at: %s',
    async (query) => {
      expect(await answerTo('DELETE', '/uids/u1', query)).toMatchObject({
        statusCode: 400,
        code: 'invalid-request',
      });
    },
  );

  test.each([
    ['DELETE', '/uids/u1', 'exept=a'],
    ['DELETE', '/uids/u1', 'EXCEPT=a'],
    ['DELETE', '/uids/u1', '=a'],
    ['DELETE', '/uids/u1', 'except=a&except=b'],
    ['DELETE', '/uids/u1', 'except=a&%65xcept=a'],
    ['DELETE', '/uids/u1', 'limit=5'],
    ['GET', '/uids/u1', 'limit=5'],
    ['HEAD', '/uids/u1', 'x'],
    ['GET', '/uids', 'toString=5'],
    ['POST', '/push', 'ttl=60'],
  ])('has no other parameters than the route’s, each once: %s %s?%s', async (method, path, query) => {
    expect(await answerTo(method, path, query)).toMatchObject({ statusCode: 400, code: 'invalid-request' });
  });
});

describe('a body', () => {
  const json = (type: string) => ({ headers: { 'content-type': type }, body: '{}' });

  test.each(['gzip', 'GZIP', 'br', 'x-unknown', 'identity, gzip', 'gzip,identity'])(
    'with a content encoding is refused: %s',
    async (encoding) => {
      const request = { headers: { 'content-encoding': encoding }, body: '{}' };
      const refused = { statusCode: 415, code: 'unsupported-media-type' };
      expect(await answerTo('POST', '/push', '', request)).toMatchObject(refused);
    },
  );

  test.each(['identity', 'Identity', '', 'identity,identity'])(
    'with the content encoding "%s" is taken',
    async (encoding) => {
      const request = { headers: { 'content-encoding': encoding }, body: '{}' };
      expect(await answerTo('POST', '/push', '', request)).toMatchObject({ statusCode: 200 });
    },
  );

  test.each([
    'application/json; charset=gbk',
    'application/json;charset=UTF-16',
    'text/plain; charset="iso-8859-1"',
    'text/plain; CHARSET = "GB\\18030"',
    'text/plain; a="b; c"; charset=latin1',
    'text/plain; charset=utf-8; charset=gbk',
    'application/json,text/plain; charset=gbk',
    'text/plain; charset=',
    'text/plain; charset="utf-8',
    '; charset=gbk',
  ])('in another charset than UTF-8 is refused: %s', async (type) => {
    const refused = { statusCode: 415, code: 'unsupported-media-type' };
    expect(await answerTo('POST', '/push', '', json(type))).toMatchObject(refused);
  });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;CHARSET="UTF-8"',
    'text/plain; charset="UTF\\-8"',
    'application/json; profile="a;charset=gbk"; charset=utf8',
    'text/x-form; boundary="a,b; charset=gbk"',
    'text/plain; xcharset=gbk',
    'text/plain; charset=us-ascii',
    'application/json; charset=utf-8; charset=UTF-8',
    'application/json,application/json; charset=utf-8',
    'application/x-www-form-urlencoded',
    '',
    ';;;',
    '"',
  ])('of any type is taken in UTF-8: %s', async (type) => {
    expect(await answerTo('POST', '/push', '', json(type))).toMatchObject({ statusCode: 200 });
  });

  test.each(['multipart/form-data; boundary=a', 'Multipart/Mixed', 'text/plain,multipart/form-data'])(
    'of several parts is refused: %s',
    async (type) => {
      const refused = { statusCode: 415, code: 'unsupported-media-type' };
      expect(await answerTo('POST', '/push', '', json(type))).toMatchObject(refused);
    },
  );

  test('whose bytes have become U+FFFD on the way is refused, not one that was sent with it', async () => {
    // {"你":1} in GBK: two bytes, of which each is replaced by three.
    const sentAs = (length: number) => ({
      headers: { 'content-type': 'application/json', 'content-length': String(length) },
      body: '{"\ufffd\ufffd":1}',
    });
    const refused = { statusCode: 400, code: 'invalid-utf8' };
    expect(await answerTo('POST', '/push', '', sentAs(8))).toMatchObject(refused);
    expect(await answerTo('POST', '/push', '', sentAs(12))).toMatchObject({ statusCode: 200 });
  });

  test.each(['application/x-ndjson,application/json', 'text/plain, application/jsonl'])(
    'that is called NDJSON and something else is refused: %s',
    async (type) => {
      expect(await answerTo('POST', '/push', '', json(type))).toMatchObject({ statusCode: 415 });
    },
  );

  test.each(['GET', 'HEAD', 'DELETE'])('is refused where none is taken: %s', async (method) => {
    const except = { body: '{"except":"a"}' };
    const refused = { statusCode: 400, code: 'invalid-request' };
    expect(await answerTo(method, '/uids/u1', '', except)).toMatchObject(refused);
    const empty = { headers: { 'content-type': 'application/json; charset=gbk' }, body: '' };
    expect(await answerTo(method, '/uids/u1', '', empty)).toMatchObject({ statusCode: 200 });
  });
});
