import { describe, expect, test } from 'vitest';
import type { FunctionUrlEvent } from '../../lambda/http/function-url-event.ts';
import { createRouting } from '../../lambda/http/router.ts';
import { type PushService, pushRoutes } from '../../lambda/push/push-routes.ts';

type Pushed = { text: string; ttlSeconds: number; key?: string };

/** Delivers every message to one connection, stores what has a TTL, and notes what it was asked for. */
function recorder(answers: Partial<PushService> = {}) {
  const pushed: Pushed[] = [];
  const resultOf = (uid: string, ttlSeconds: number) => ({
    uid,
    delivered: 1,
    gone: 0,
    failed: 0,
    ...(ttlSeconds > 0 && { seq: 7, stored: true as const }),
  });
  const service: PushService = {
    maxTtlSeconds: 1_000,
    push: async (messages, ttlSeconds) => {
      pushed.push(...messages.map(({ text }) => ({ text, ttlSeconds })));
      return messages.map(({ uid }) => resultOf(uid, ttlSeconds));
    },
    pushOne: async ({ uid, text }, ttlSeconds, key) => {
      pushed.push({ text, ttlSeconds, ...(key !== undefined && { key }) });
      return resultOf(uid, ttlSeconds);
    },
    ...answers,
  };
  const send = (body: string, headers: FunctionUrlEvent['headers'] = {}) =>
    createRouting(pushRoutes)(
      {
        rawPath: '/push',
        rawQueryString: '',
        headers,
        requestContext: { http: { method: 'POST' } },
        body,
        isBase64Encoded: false,
      },
      service,
    );
  return { send, pushed };
}

describe('a JSON body', () => {
  test('is one message, pushed verbatim, line breaks and all', async () => {
    const { send, pushed } = recorder();
    const body = '{\n  "uid": "u1",\r\n  "n": 1.0\n}\n';
    const { body: answer } = await send(body);

    expect(answer).toBe('{"uid":"u1","delivered":1,"gone":0,"failed":0}');
    expect(pushed).toEqual([{ text: body, ttlSeconds: 0 }]);
  });

  test('that is no message pushes nothing', async () => {
    const { send, pushed } = recorder();

    expect(JSON.parse((await send('{oops')).body)).toMatchObject({ code: 'invalid-json' });
    expect(pushed).toEqual([]);
  });
});

describe('NDJSON', () => {
  test.each([
    'application/x-ndjson',
    'application/ndjson',
    'application/jsonl',
    'application/x-jsonlines',
    'Application/JSONL; charset="UTF-8"',
    'application/x-ndjson,application/ndjson',
  ])('is many messages: %s', async (type) => {
    const { send, pushed } = recorder();
    const { headers, body } = await send('{"uid":"u1"}\n{"uid":"u2"}\n', { 'content-type': type });

    expect(pushed.map(({ text }) => text)).toEqual(['{"uid":"u1"}', '{"uid":"u2"}']);
    expect(headers['content-type']).toBe('application/x-ndjson');
    expect(body.split('\n')).toHaveLength(3);
  });

  test.each(['application/json', 'text/plain; a="application/x-ndjson"', 'application/json-seq', ''])(
    'is not what is called otherwise: "%s"',
    async (type) => {
      const { send, pushed } = recorder();
      expect((await send('{"uid":"u1"}\n{"uid":"u2"}\n', { 'content-type': type })).statusCode).toBe(400);
      expect(pushed).toEqual([]);
    },
  );
});

describe('the header TTL', () => {
  test('stores the message, and is told back with its number', async () => {
    const { send, pushed } = recorder();
    const { headers, body } = await send('{"uid":"u1"}', { ttl: '600' });

    expect(pushed).toEqual([{ text: '{"uid":"u1"}', ttlSeconds: 600 }]);
    expect(headers.ttl).toBe('600');
    expect(JSON.parse(body)).toEqual({ uid: 'u1', delivered: 1, gone: 0, failed: 0, seq: 7, stored: true });
  });

  test('of more than the deployment allows is lowered, and the answer says to what', async () => {
    const { send, pushed } = recorder();
    const { headers } = await send('{"uid":"u1"}', { ttl: '99999999999999999999999' });

    expect(headers.ttl).toBe('1000');
    expect(pushed).toMatchObject([{ ttlSeconds: 1_000 }]);
  });

  test('of 0 stores nothing and is not told back', async () => {
    const { send, pushed } = recorder();

    expect((await send('{"uid":"u1"}', { ttl: '0' })).headers).not.toHaveProperty('ttl');
    expect(pushed).toMatchObject([{ ttlSeconds: 0 }]);
  });

  test.each(['', '-1', '1.5', '1e3', 'ten', '1, 2', ' 1'])(
    'of "%s" is refused, and nothing is pushed',
    async (ttl) => {
      const { send, pushed } = recorder();
      const { statusCode, body } = await send('{"uid":"u1"}', { ttl });

      expect(statusCode).toBe(400);
      expect(JSON.parse(body)).toMatchObject({ code: 'invalid-request' });
      expect(pushed).toEqual([]);
    },
  );

  test('is for every line of NDJSON', async () => {
    const { send, pushed } = recorder();
    const headers = { ttl: '600', 'content-type': 'application/x-ndjson' };
    const answer = await send('{"uid":"u1"}\n{"uid":"u2"}', headers);

    expect(pushed.map(({ ttlSeconds }) => ttlSeconds)).toEqual([600, 600]);
    expect(answer.headers.ttl).toBe('600');
    expect(answer.body.match(/"seq":7,"stored":true/g)).toHaveLength(2);
  });
});

describe('the header Idempotency-Key', () => {
  test('goes with its message', async () => {
    const { send, pushed } = recorder();
    const key = '!~'.repeat(127);
    await send('{"uid":"u1"}', { 'idempotency-key': key });

    expect(pushed).toMatchObject([{ key }]);
  });

  test.each(['', 'a b', 'ü', '\u0000', 'x'.repeat(256)])('of "%s" is refused', async (key) => {
    const { send, pushed } = recorder();
    const { statusCode } = await send('{"uid":"u1"}', { 'idempotency-key': key });

    expect(statusCode).toBe(400);
    expect(pushed).toEqual([]);
  });

  test('is refused with NDJSON', async () => {
    const { send, pushed } = recorder();
    const headers = { 'idempotency-key': 'k', 'content-type': 'application/x-ndjson' };

    expect((await send('{"uid":"u1"}', headers)).statusCode).toBe(400);
    expect(pushed).toEqual([]);
  });

  test.each([
    ['idempotency-key-reused', 422, undefined],
    ['idempotency-key-in-use', 409, '1'],
  ] as const)('can be answered %s', async (code, status, retryAfter) => {
    const { send } = recorder({ pushOne: async () => ({ code, detail: 'x' }) });
    const { statusCode, headers } = await send('{"uid":"u1"}', { 'idempotency-key': 'k' });

    expect(statusCode).toBe(status);
    expect(headers['retry-after']).toBe(retryAfter);
  });
});
