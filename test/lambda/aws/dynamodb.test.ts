import type { RequestListener } from 'node:http';
import { type AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { documentClient, isWritten, type TableClient } from '../../../lambda/aws/dynamodb.ts';
import { DynamoDbConnectionTable } from '../../../lambda/aws/dynamodb-connection-table.ts';
import { caller, type Service, startService } from './service.ts';

type Handler = (...args: Parameters<RequestListener>) => void;

const ok: Handler = (_, response) => response.end('{"Item":{"uid":{"S":"u1"}}}');
const reset: Handler = (request) => request.socket.resetAndDestroy();

function answering(status: number, body: string): Handler {
  return (_, response) => response.writeHead(status).end(body);
}

function refusing(status: number, code: string): Handler {
  return answering(
    status,
    JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: 'no' }),
  );
}

/** A table that answers by `handlers`, one for each request, the last one for all that follow. */
async function table(
  handlers: Handler[],
  now?: () => number,
): Promise<{ client: TableClient; service: Service }> {
  const service = await startService((request, response) => {
    const handler = handlers.length > 1 ? handlers.shift() : handlers[0];
    handler?.(request, response);
  });
  const client = documentClient({ caller, endpoint: service.url.href, ...(now && { now }) });
  onTestFinished(() => client.destroy());
  return { client, service };
}

function read(client: TableClient) {
  return client.send(new GetCommand({ TableName: 'connections', Key: { pk: 'a', sk: 'b' } }));
}

test('a condition that did not hold is known by its class, and not asked again', async () => {
  const { client, service } = await table([refusing(400, 'ConditionalCheckFailedException')]);

  await expect(read(client)).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  expect(await isWritten(read(client))).toBe(false);
  expect(service.requests).toHaveLength(2);
});

test('any other refusal of a conditional write is thrown', async () => {
  const { client } = await table([refusing(400, 'ResourceNotFoundException')]);

  await expect(isWritten(read(client))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

describe('an operation is tried again', () => {
  test.each<[string, Handler]>([
    ['a broken connection', reset],
    ['a connection that closes without a word', (request) => request.socket.end()],
    ['an internal error', refusing(500, 'InternalServerError')],
    ['a 503 without a word', answering(503, '')],
    ['a timeout of the service', refusing(400, 'RequestTimeout')],
    ['a throttle', refusing(400, 'ThrottlingException')],
    ['a table’s throttle', refusing(400, 'ProvisionedThroughputExceededException')],
    ['a 429', refusing(429, 'Whatever')],
  ])('after %s', async (_, fault) => {
    const { client, service } = await table([fault, ok]);

    expect((await read(client)).Item).toEqual({ uid: 'u1' });
    expect(service.requests).toHaveLength(2);
  });

  test('two times and no more', async () => {
    const { client, service } = await table([reset]);

    await expect(read(client)).rejects.toMatchObject({
      name: 'ConnectionError',
      cause: { code: 'ECONNRESET' },
    });
    expect(service.requests).toHaveLength(3);
  });

  test('not when the first attempt took most of the time that a call has', async () => {
    let now = Date.parse('2026-01-31T12:00:00Z');
    const slow: Handler = (...exchange) => {
      now += 5_000;
      reset(...exchange);
    };
    const { client, service } = await table([slow, ok], () => now);

    await expect(read(client)).rejects.toMatchObject({ name: 'ConnectionError' });
    expect(service.requests).toHaveLength(1);
  });

  test('but once when the first attempt timed out', async () => {
    let now = Date.parse('2026-01-31T12:00:00Z');
    const timingOut: Handler = (...exchange) => {
      now += 4_000;
      reset(...exchange);
    };
    const { client, service } = await table([timingOut], () => now);

    await expect(read(client)).rejects.toMatchObject({ name: 'ConnectionError' });
    expect(service.requests).toHaveLength(2);
  });

  test('on a fresh socket after the service closed the one that was kept, just as the request came', async () => {
    const { client, service } = await table([ok, reset, ok]);
    await read(client);
    await read(client);

    expect(service.requests).toHaveLength(3);
    expect(service.connections).toBe(2);
  });
});

describe('an answer that is not JSON', () => {
  test.each(['<html>', '"text"{', '{"Item":'])('(%j) is an error, and not asked for again', async (body) => {
    const { client, service } = await table([answering(200, body)]);

    await expect(read(client)).rejects.toMatchObject({ name: 'SyntaxError' });
    expect(service.requests).toHaveLength(1);
  });
});

describe('the pages of a query', () => {
  const now = Date.parse('2026-01-31T12:00:00Z');
  const key = (id: string): Record<string, AttributeValue> => ({
    pk: { S: 'uid#u1' },
    sk: { S: `connection#${id}` },
  });
  const page = (id: string, last?: string): Handler => {
    const item = { ...key(id), registeredAt: { N: '1' }, expiresAt: { N: '2' }, framed: { BOOL: true } };
    return answering(
      200,
      JSON.stringify({ Items: [item], ...(last ? { LastEvaluatedKey: key(last) } : {}) }),
    );
  };

  test('come until there is no next one, each from where the one before ended', async () => {
    const { client, service } = await table([page('a', 'k1'), page('b', 'k2'), page('c')]);
    const found = await new DynamoDbConnectionTable(client, 't').connectionsOf('u1', now);

    expect(found.map(({ connectionId }) => connectionId)).toEqual(['a', 'b', 'c']);
    expect(service.requests.map(({ body }) => JSON.parse(body).ExclusiveStartKey)).toEqual([
      undefined,
      key('k1'),
      key('k2'),
    ]);
  });

  test('are not asked for when nobody wants them', async () => {
    const { client, service } = await table([page('a', 'k1'), page('b', 'k2'), page('c')]);
    await new DynamoDbConnectionTable(client, 't').onlineUids(0, undefined, now);

    expect(service.requests).toHaveLength(1);
  });
});
