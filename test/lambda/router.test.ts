import { describe, expect, test } from 'vitest';
import type { FunctionUrlEvent } from '../../lambda/http/function-url-event.ts';
import { jsonResponse } from '../../lambda/http/response.ts';
import { createRouting, type Route } from '../../lambda/http/router.ts';

const echo: Route<unknown>['handle'] = async ({ params, query }) =>
  jsonResponse({ params, query: Object.fromEntries(query) });
const route = createRouting<unknown>([
  { method: 'GET', path: '/uids', handle: echo },
  { method: 'GET', path: '/uids/:uid', handle: echo },
  { method: 'DELETE', path: '/uids/:uid', handle: echo },
]);

async function answerTo(method: string, rawPath: string, rawQueryString = '') {
  const event: FunctionUrlEvent = {
    rawPath,
    rawQueryString,
    headers: {},
    requestContext: { http: { method } },
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

  test.each(['%', '%zz', '%ff', '%C3'])(
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
    headers: { allow: 'GET, DELETE', 'content-type': 'application/problem+json' },
  });
});

test('the query is decoded', async () => {
  expect(await answerTo('GET', '/uids', 'after=a%2Fb&limit=5')).toMatchObject({
    query: { after: 'a/b', limit: '5' },
  });
});
