import { describe, expect, onTestFinished, test } from 'vitest';
import { type AwsAnswer, startAwsEndpoint } from '../support/aws-endpoint.ts';
import { type PushFunction, startPushFunction } from '../support/push-function.ts';

/**
 * The push function over a table with one connection of every uid, and a gateway that answers posts with `postStatus`.
 */
async function pushFunction(
  environment: Record<string, string>,
  { postStatus = 200, query }: { postStatus?: number; query?: AwsAnswer } = {},
): Promise<PushFunction> {
  const connection = {
    sk: { S: 'connection#the-connection' },
    registeredAt: { N: '1' },
    expiresAt: { N: '9999999999' },
  };
  const aws = await startAwsEndpoint((operation) => {
    if (operation.endsWith('.Query')) return query ?? { body: { Items: [connection] } };
    return operation.includes('@connections') ? { status: postStatus, body: {} } : { body: {} };
  });
  onTestFinished(() => aws.stop());
  const push = await startPushFunction(aws.endpoints, {
    CONNECTIONS_URL: `${aws.endpoints.dynamoDb}/live`,
    ...environment,
  });
  onTestFinished(() => push.stop());
  return push;
}

function send(push: PushFunction, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${push.url}push`, { method: 'POST', headers, body: '{"uid":"u1","hush":1}' });
}

const linesOf = (push: PushFunction) => push.log.map((line) => JSON.parse(line));

test('a push whose table is slower than the function may last is answered in time, and says that nothing is known', async () => {
  const aws = await startAwsEndpoint(() => new Promise<AwsAnswer>(() => {}));
  onTestFinished(() => aws.stop());
  // A call would last twice as long.
  const push = await startPushFunction(aws.endpoints, {}, { timeoutMs: 4_500 });
  onTestFinished(() => push.stop());
  const stored = { method: 'POST', headers: { ttl: '60' }, body: '{"uid":"u1"}' };
  const responses = await Promise.all([send(push), fetch(`${push.url}push`, stored)]);

  const problems = await Promise.all(
    responses.map(async (response) => [response.status, (await response.json()).code]),
  );
  expect(problems).toEqual([
    [503, 'unavailable'],
    [503, 'unavailable'],
  ]);
});

describe('the log of a push', () => {
  test('says nothing of what went well, unless it is asked to', async () => {
    const push = await pushFunction({});
    expect((await send(push)).status).toBe(200);
    await push.stop();
    expect(push.log).toEqual([]);
  });

  test('has the caller’s correlation id in each line, from the request to the post', async () => {
    const push = await pushFunction({ LOG_LEVEL: 'debug' });
    const response = await send(push, { 'x-correlation-id': 'order:17' });

    expect(response.headers.get('x-correlation-id')).toBe('order:17');
    await expect.poll(() => push.log).toHaveLength(3);
    expect(linesOf(push)).toEqual([
      {
        level: 'debug',
        event: 'post',
        timestamp: expect.any(String),
        correlationId: 'order:17',
        connectionId: 'the-connection',
        status: 200,
      },
      {
        level: 'info',
        event: 'pushed',
        timestamp: expect.any(String),
        correlationId: 'order:17',
        uidHash: expect.stringMatching(/^[0-9a-f]{16}$/),
        delivered: 1,
        gone: 0,
        failed: 0,
      },
      {
        level: 'info',
        event: 'request',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        correlationId: 'order:17',
        method: 'POST',
        status: 200,
        elapsedMs: expect.any(Number),
      },
    ]);
  });

  test.each(['', 'two words', '"}', 'x'.repeat(129)])(
    'has one of the service’s own where the caller sent %j',
    async (id) => {
      const push = await pushFunction({ LOG_LEVEL: 'info' });
      const response = await send(push, { 'x-correlation-id': id });

      const answered = response.headers.get('x-correlation-id');
      expect(answered).toMatch(/^[\w-]{36}$/);
      await expect
        .poll(() => linesOf(push))
        .toMatchObject([
          { event: 'pushed', correlationId: answered },
          { event: 'request', correlationId: answered },
        ]);
    },
  );

  test('tells of a post that failed, to which connection and of which request', async () => {
    const push = await pushFunction({}, { postStatus: 500 });
    await send(push, { 'x-correlation-id': 'order:17' });
    await expect
      .poll(() => linesOf(push))
      .toEqual([
        {
          level: 'error',
          event: 'post-failed',
          timestamp: expect.any(String),
          correlationId: 'order:17',
          connectionId: 'the-connection',
          status: 500,
          error: 'Status500',
        },
      ]);
  });
});

describe('the metrics of a push', () => {
  const names = ['PushesDelivered', 'PushesGone', 'PushesFailed', 'PushesOffline', 'PushesUnavailable'];

  async function counted(push: PushFunction): Promise<object> {
    await send(push);
    await expect.poll(() => push.log.find((line) => line.includes('CloudWatchMetrics'))).toBeDefined();
    const line = linesOf(push).find((fields) => '_aws' in fields);
    expect(line.Service).toBe('shop/Pushes');
    expect(line.PushLatency).toBeGreaterThanOrEqual(0);
    return Object.fromEntries(names.filter((name) => name in line).map((name) => [name, line[name]]));
  }

  test.each([
    ['delivered', { postStatus: 200 }, { PushesDelivered: 1, PushesFailed: 0 }],
    ['gone', { postStatus: 410 }, { PushesGone: 1 }],
    ['failed', { postStatus: 500 }, { PushesDelivered: 0, PushesFailed: 1 }],
    ['offline', { query: { body: { Items: [] } } }, { PushesOffline: 1 }],
    [
      'not answered for by the table',
      { query: { status: 400, body: { __type: 'AccessDeniedException' } } },
      { PushesUnavailable: 1 },
    ],
  ])('tell that it was %s', async (_, world, expected) => {
    expect(await counted(await pushFunction({ METRICS_SERVICE: 'shop/Pushes' }, world))).toEqual(expected);
  });
});
