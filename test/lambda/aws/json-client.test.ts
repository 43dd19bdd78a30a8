import type { RequestListener } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type DynamoDb,
  dynamoDbClient,
  isConditionFailure,
  queryPages,
} from '../../../lambda/aws/dynamodb.ts';
import { secretsManagerClient } from '../../../lambda/aws/secrets-manager.ts';
import { sqsClient } from '../../../lambda/aws/sqs.ts';
import { caller, type Service, startService } from './service.ts';

type Handler = (...args: Parameters<RequestListener>) => void;

const key = { TableName: 'connections', Key: { pk: { S: 'a' }, sk: { S: 'b' } } };
const ok: Handler = (_, response) => response.end('{"Item":{"uid":{"S":"u1"}}}');

function answering(status: number, body: string): Handler {
  return (_, response) => response.writeHead(status).end(body);
}

function refusing(status: number, code: string): Handler {
  return answering(
    status,
    JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: 'no' }),
  );
}

type Setting = {
  dynamoDb: DynamoDb;
  service: Service;
  /** How long it waited before each further attempt. */
  waits: number[];
};

/** A table that answers by `handlers`, one for each request, the last one for all that follow; time moves while the client waits. */
async function table(handlers: Handler[], random = 1): Promise<Setting> {
  const service = await startService((request, response) => {
    const handler = handlers.length > 1 ? handlers.shift() : handlers[0];
    handler?.(request, response);
  });
  const waits: number[] = [];
  let now = Date.parse('2026-01-31T12:00:00Z');
  const dynamoDb = dynamoDbClient({
    caller,
    endpoint: service.url,
    ports: {
      now: () => now,
      random: () => random,
      sleep: async (milliseconds) => {
        waits.push(milliseconds);
        now += milliseconds;
      },
    },
  });
  onTestFinished(() => dynamoDb.close());
  return { dynamoDb, service, waits };
}

describe('an operation is asked for by its target and the version of its protocol', () => {
  test('of DynamoDB', async () => {
    const { dynamoDb, service } = await table([ok]);

    expect(await dynamoDb.call('GetItem', key)).toEqual({ Item: { uid: { S: 'u1' } } });
    expect(service.requests).toMatchObject([
      {
        method: 'POST',
        path: '/',
        headers: {
          'x-amz-target': 'DynamoDB_20120810.GetItem',
          'content-type': 'application/x-amz-json-1.0',
          host: service.url.host,
        },
        body: JSON.stringify(key),
      },
    ]);
  });

  test('of SQS', async () => {
    const { url, requests } = await startService();
    const sqs = sqsClient({ caller, endpoint: url });
    await sqs.call('SendMessage', { QueueUrl: `${url}q`, MessageBody: 'ü' });
    sqs.close();

    expect(requests[0]!.headers).toMatchObject({
      'x-amz-target': 'AmazonSQS.SendMessage',
      'content-type': 'application/x-amz-json-1.0',
    });
  });

  test('of Secrets Manager', async () => {
    const { url, requests } = await startService();
    const secretsManager = secretsManagerClient({ caller, endpoint: url });
    await secretsManager.call('GetSecretValue', { SecretId: 's' });
    secretsManager.close();

    expect(requests[0]!.headers).toMatchObject({
      'x-amz-target': 'secretsmanager.GetSecretValue',
      'content-type': 'application/x-amz-json-1.1',
    });
  });
});

describe('a refusal', () => {
  test.each([
    'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
    'ConditionalCheckFailedException',
    'ConditionalCheckFailedException:http://internal.amazon.com/coral/com.amazonaws.dynamodb/',
  ])('is known by its code (%s), and not asked again', async (type) => {
    const { dynamoDb, service } = await table([
      answering(400, JSON.stringify({ __type: type, message: 'no' })),
    ]);
    const error = await dynamoDb.call('GetItem', key).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: 'ConditionalCheckFailedException', status: 400 });
    expect(isConditionFailure(error)).toBe(true);
    expect(service.requests).toHaveLength(1);
  });

  test.each(['', 'no JSON', '{}', '{"__type":5}', 'null'])(
    'without a code (%j) is known by its status',
    async (body) => {
      const { dynamoDb } = await table([answering(403, body)]);

      await expect(dynamoDb.call('GetItem', key)).rejects.toMatchObject({ name: 'Status403', status: 403 });
    },
  );

  test('says nothing of what was asked or answered', async () => {
    const { dynamoDb } = await table([answering(400, '{"__type":"No","message":"the hush-hush"}')]);

    await expect(dynamoDb.call('GetItem', key)).rejects.toThrow('GetItem was answered 400 No.');
  });
});

describe('an answer that is not JSON', () => {
  test.each(['', '<html>', '"text"', '{"Item":'])(
    '(%j) is an error, and not asked for again',
    async (body) => {
      const { dynamoDb, service } = await table([answering(200, body)]);

      await expect(dynamoDb.call('GetItem', key)).rejects.toMatchObject({ name: 'BadAnswerError' });
      expect(service.requests).toHaveLength(1);
    },
  );
});

describe('an operation is tried again', () => {
  const reset: Handler = (request) => request.socket.resetAndDestroy();

  test.each<[string, Handler]>([
    ['a broken connection', reset],
    ['an internal error', refusing(500, 'InternalServerError')],
    ['a 503 without a word', answering(503, '')],
    ['a timeout of the service', refusing(400, 'RequestTimeout')],
  ])('after %s, soon', async (_, trouble) => {
    const { dynamoDb, service, waits } = await table([trouble, trouble, ok]);

    expect(await dynamoDb.call('GetItem', key)).toEqual({ Item: { uid: { S: 'u1' } } });
    expect(service.requests).toHaveLength(3);
    expect(waits).toEqual([100, 200]);
  });

  test.each([
    [400, 'ThrottlingException'],
    [400, 'ProvisionedThroughputExceededException'],
    [400, 'RequestThrottled'],
    [429, 'Whatever'],
  ])('after a throttle (%i %s), later', async (status, code) => {
    const { dynamoDb, service, waits } = await table([refusing(status, code), refusing(status, code), ok]);
    await dynamoDb.call('GetItem', key);

    expect(service.requests).toHaveLength(3);
    expect(waits).toEqual([500, 1_000]);
  });

  test('after a wait that chance shortens', async () => {
    const { dynamoDb, waits } = await table([reset, ok], 0.25);
    await dynamoDb.call('GetItem', key);

    expect(waits).toEqual([25]);
  });

  test('two times and no more', async () => {
    const { dynamoDb, service } = await table([reset]);

    await expect(dynamoDb.call('GetItem', key)).rejects.toMatchObject({ name: 'ConnectionError' });
    expect(service.requests).toHaveLength(3);
  });

  test('not after its time: a call has eight seconds', async () => {
    const { dynamoDb, service, waits } = await table([refusing(400, 'ThrottlingException')], 16);

    await expect(dynamoDb.call('GetItem', key)).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(service.requests).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  test('on a fresh socket after the service closed the one that was kept, just as the request came', async () => {
    const { dynamoDb, service, waits } = await table([ok, reset, ok]);
    await dynamoDb.call('GetItem', key);
    await dynamoDb.call('GetItem', key);

    expect(service.requests).toHaveLength(3);
    expect(service.connections).toBe(2);
    expect(waits).toEqual([100]);
  });
});

describe('the pages of a query', () => {
  const page = (text: string, last?: string): Handler =>
    answering(
      200,
      JSON.stringify({
        Items: [{ pk: { S: text } }],
        ...(last ? { LastEvaluatedKey: { pk: { S: last } } } : {}),
      }),
    );

  test('come until there is no next one, each from where the one before ended', async () => {
    const { dynamoDb, service } = await table([page('a', 'k1'), page('b', 'k2'), page('c')]);
    const found: unknown[] = [];
    for await (const { Items } of queryPages(dynamoDb, { TableName: 't' })) found.push(Items?.[0]?.pk?.S);

    expect(found).toEqual(['a', 'b', 'c']);
    expect(service.requests.map(({ body }) => JSON.parse(body).ExclusiveStartKey)).toEqual([
      undefined,
      { pk: { S: 'k1' } },
      { pk: { S: 'k2' } },
    ]);
  });

  test('are not asked for when nobody wants them', async () => {
    const { dynamoDb, service } = await table([page('a', 'k1'), page('b', 'k2')]);
    for await (const _ of queryPages(dynamoDb, { TableName: 't' })) break;

    expect(service.requests).toHaveLength(1);
  });
});
