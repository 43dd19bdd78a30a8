import { describe, expect, test } from 'vitest';
import type { FunctionUrlEvent } from '../../../lambda/http/function-url-event.ts';
import { createRouting } from '../../../lambda/http/router.ts';
import { fingerprintOf } from '../../../lambda/idempotency/claim-key.ts';
import type { MessageLog, StoredMessage } from '../../../lambda/messages/message-log.ts';
import { pushRoute } from '../../../lambda/push/push-route.ts';
import { MAX_MESSAGE_BYTES } from '../../../protocol/limits.ts';
import { connectionsTo } from '../../support/connections-to.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import { MemoryMessageLog } from '../../support/memory-message-log.ts';
import { MemoryRequestTable } from '../../support/memory-request-table.ts';
import { pushDependencies } from '../../support/push-dependencies.ts';

type Pushed = { text: string; ttlSeconds: number };

/**
 * The route of pushes, where every uid has one connection, and 7 is the next number of a stored message. Notes what was
 * pushed.
 */
function recorder(requests = new MemoryRequestTable()) {
  const pushed: Pushed[] = [];
  const storedFor = new Map<string, number>();
  const connection = { connectionId: 'c', registeredAt: 0, expiresAt: 9e9, isFramed: false };
  const table = Object.assign(new MemoryConnectionTable(), { connectionsOf: async () => [connection] });
  const messageLog: MessageLog = Object.assign(new MemoryMessageLog(), {
    latestOf: async () => 6,
    addMessage: async (_: string, { text, storedAt, storedUntil }: StoredMessage) => {
      storedFor.set(text, (storedUntil - storedAt) / 1_000);
      return true;
    },
  });
  const dependencies = pushDependencies({
    table,
    messageLog,
    requests,
    maxTtlSeconds: 1_000,
    connections: connectionsTo({
      post: async (_, text) => {
        pushed.push({ text, ttlSeconds: storedFor.get(text) ?? 0 });
        return 'delivered';
      },
    }),
  });
  const send = (body: string, headers: FunctionUrlEvent['headers'] = {}) =>
    createRouting([pushRoute])(
      {
        rawPath: '/push',
        rawQueryString: '',
        headers,
        requestContext: { http: { method: 'POST' } },
        body,
        isBase64Encoded: false,
      },
      dependencies,
    );
  /** Sends NDJSON. Returns the results, or the problem. */
  const sendLines = async (lines: string): Promise<unknown> => {
    const { statusCode, body } = await send(lines, { 'content-type': 'application/x-ndjson' });
    if (statusCode !== 200) return JSON.parse(body);
    return body
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  };
  return { send, sendLines, pushed, dependencies };
}

function textsOf(pushed: readonly Pushed[]): string[] {
  return pushed.map(({ text }) => text);
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
  test('goes with its message, which is pushed once', async () => {
    const { send, pushed } = recorder();
    const key = '!~'.repeat(127);
    const first = await send('{"uid":"u1"}', { 'idempotency-key': key });

    expect(await send('{"uid":"u1"}', { 'idempotency-key': key })).toEqual(first);
    expect(pushed).toHaveLength(1);
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

  test('that came with another message is answered idempotency-key-reused', async () => {
    const { send } = recorder();
    await send('{"uid":"u1","first":1}', { 'idempotency-key': 'k' });
    const { statusCode, headers, body } = await send('{"uid":"u1"}', { 'idempotency-key': 'k' });

    expect(statusCode).toBe(422);
    expect(JSON.parse(body)).toMatchObject({ code: 'idempotency-key-reused' });
    expect(headers['retry-after']).toBeUndefined();
  });

  test('whose request is being done is answered idempotency-key-in-use, and when to come again', async () => {
    const requests = new MemoryRequestTable();
    const { send, dependencies } = recorder(requests);
    requests.begin = async () => false;
    requests.requestOf = async () => ({
      id: 'm',
      fingerprint: fingerprintOf('{"uid":"u1"}'),
      startedAt: dependencies.clock.now(),
    });
    const { statusCode, headers, body } = await send('{"uid":"u1"}', { 'idempotency-key': 'k' });

    expect(statusCode).toBe(409);
    expect(JSON.parse(body)).toMatchObject({ code: 'idempotency-key-in-use' });
    expect(headers['retry-after']).toBe('1');
  });
});

describe('an NDJSON body', () => {
  test('is a message per line, the last with or without its ending', async () => {
    for (const ending of ['', '\n', '\r\n']) {
      const { sendLines, pushed } = recorder();
      const results = await sendLines(`{"uid":"u1"}\n{"uid":2}${ending}`);

      expect(results).toEqual([
        { uid: 'u1', delivered: 1, gone: 0, failed: 0 },
        { uid: '2', delivered: 1, gone: 0, failed: 0 },
      ]);
      expect(textsOf(pushed)).toEqual(['{"uid":"u1"}', '{"uid":2}']);
    }
  });

  test('answers a bad line in its place and pushes the others', async () => {
    const { sendLines, pushed } = recorder();
    const tooLong = `{"uid":"${'x'.repeat(131_072)}"}`;
    const body = ['{"uid":"a"}', '{oops', tooLong, '[]', '{"uid":"b"}'].join('\n');

    expect(await sendLines(body)).toEqual([
      { uid: 'a', delivered: 1, gone: 0, failed: 0 },
      expect.objectContaining({ code: 'invalid-json' }),
      expect.objectContaining({ code: 'too-large' }),
      expect.objectContaining({ code: 'not-an-object' }),
      { uid: 'b', delivered: 1, gone: 0, failed: 0 },
    ]);
    expect(textsOf(pushed)).toEqual(['{"uid":"a"}', '{"uid":"b"}']);
  });

  test('may have a thousand lines', async () => {
    const { sendLines } = recorder();

    expect(await sendLines('{"uid":"u"}\n'.repeat(1_000))).toHaveLength(1_000);
    const blank = '\n'.repeat(500);
    const withBlankLines = `${blank}${'{"uid":"u"}\n\n'.repeat(1_000)}${blank}`;
    expect(await sendLines(withBlankLines)).toHaveLength(1_000);
  });

  test('of one line more is refused as a whole', async () => {
    const { sendLines, pushed } = recorder();

    expect(await sendLines('{"uid":"u"}\n'.repeat(1_001))).toMatchObject({
      code: 'too-large',
    });
    expect(textsOf(pushed)).toEqual([]);
  });

  test.each(['', '\n', '\r\n\r\n', ' \t\r\n  '])(
    'that is empty or blank has no results: %j',
    async (body) => {
      expect(await recorder().sendLines(body)).toEqual([]);
    },
  );

  test('that is blank has no results, however long a line is', async () => {
    const spaces = ' '.repeat(MAX_MESSAGE_BYTES + 1);
    const { sendLines, pushed } = recorder();

    expect(await sendLines(`${spaces}\n{"uid":"u"} \r\n${spaces}`)).toHaveLength(1);
    expect(textsOf(pushed)).toEqual(['{"uid":"u"} ']);
  });

  test('has no results for its blank lines, wherever they are', async () => {
    const { sendLines, pushed } = recorder();
    const body = '\n\r\n{"uid":"a"}\n\n \t\r\r\n{oops\n\n{"uid":"b"}\n\n\r\n';

    expect(await sendLines(body)).toEqual([
      { uid: 'a', delivered: 1, gone: 0, failed: 0 },
      expect.objectContaining({ code: 'invalid-json' }),
      { uid: 'b', delivered: 1, gone: 0, failed: 0 },
    ]);
    expect(textsOf(pushed)).toEqual(['{"uid":"a"}', '{"uid":"b"}']);
  });
});
