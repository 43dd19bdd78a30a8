import { describe, expect, onTestFinished, test } from 'vitest';
import { functionContext, functionEnvironment } from '../../local/functions/function-environment.ts';
import { startFunction } from '../../local/functions/lambda-function.ts';
import { only } from '../../local/template/only.ts';
import { type AwsAnswer, startAwsEndpoint } from '../support/aws-endpoint.ts';
import { latest, plan } from '../support/push-function.ts';

/** What each operation asks AWS for: it is what costs. The functions are the bundles that would be deployed. */

const connectionsOfUid = ['c1', 'c2'].map((id) => ({
  pk: { S: 'uid#u1' },
  sk: { S: `connection#${id}` },
  registeredAt: { N: '0' },
  framed: { BOOL: true },
  expiresAt: { N: '4102444800' },
}));

/** AWS as it is for a uid with two connections and no stored message, none of whose writes fails. */
function answer(operation: string, input: Record<string, unknown>): AwsAnswer {
  if (operation === 'DynamoDB_20120810.Query') return { body: { Items: connectionsOfUid } };
  if (input.ReturnValues === 'ALL_NEW') return { body: { Attributes: newRow(input as RowUpdate) } };
  if (operation !== 'DynamoDB_20120810.BatchGetItem') return { body: {} };
  const tables = Object.keys(input.RequestItems as object);
  return { body: { Responses: Object.fromEntries(tables.map((name) => [name, []])) } };
}

type RowUpdate = { Key: object; ExpressionAttributeValues: Record<string, object> };

/** The row of a connection that an update has just created. */
function newRow({ Key, ExpressionAttributeValues: values }: RowUpdate) {
  const attributes = Object.entries(values).map(([name, value]) => [name.slice(1), value]);
  return { ...Key, ...Object.fromEntries(attributes) };
}

/** One function, and the operations that an event of its makes it call. */
async function callsOf(variable: string, event: object): Promise<string[]> {
  const aws = await startAwsEndpoint(answer);
  onTestFinished(() => aws.stop());
  const { functions } = await plan();
  const fn = only(
    functions.filter(({ environment, version }) => version !== latest && variable in environment),
    'function',
  );
  const started = startFunction({
    ...fn,
    context: functionContext(fn),
    environment: { ...functionEnvironment(fn, aws.endpoints), CONNECTIONS_URL: aws.url },
    onLog: () => {},
  });
  onTestFinished(() => started.stop());
  const outcome = await started.invoke(event);
  expect(outcome).toMatchObject({ payload: { statusCode: 200 } });
  return aws.operations.map((operation) => operation.replace(/^DynamoDB_20120810\.|\/@connections.*$/g, ''));
}

function push(headers: Record<string, string> = {}, body = '{"uid":"u1"}'): Promise<string[]> {
  return callsOf('PUSH_AUTH', {
    rawPath: '/push',
    rawQueryString: '',
    headers,
    requestContext: { http: { method: 'POST' }, authorizer: { iam: {} } },
    body,
    isBase64Encoded: false,
  });
}

function register(routeKey: string, body: string): Promise<string[]> {
  return callsOf('SESSIONS', {
    requestContext: { connectionId: 'c1', routeKey, connectedAt: Date.now(), requestTimeEpoch: Date.now() },
    body,
  });
}

const posts = ['POST ', 'POST '];

describe('a push asks AWS', () => {
  test('for the connections and for each post, and for nothing else, when it stores nothing', async () => {
    expect(await push()).toEqual(['Query', ...posts]);
    expect(await push({ ttl: '0' })).toEqual(['Query', ...posts]);
  });

  test('for four operations more when it is stored', async () => {
    expect(await push({ ttl: '60' })).toEqual([
      'GetItem',
      'PutItem',
      'UpdateItem',
      'Query',
      ...posts,
      'UpdateItem',
    ]);
  });

  test('once per uid for the counter and the connections, when it stores several messages', async () => {
    const calls = await push(
      { ttl: '60', 'content-type': 'application/x-ndjson' },
      '{"uid":"u1"}\n{"uid":"u1"}\n{"uid":"u1"}',
    );

    expect(calls.filter((call) => call === 'GetItem' || call === 'Query')).toEqual(['GetItem', 'Query']);
    expect(calls.filter((call) => call === 'PutItem')).toHaveLength(3);
  });

  test('for two operations more when it has an idempotency key, and to note the number if it is stored', async () => {
    expect(await push({ 'idempotency-key': 'k' })).toEqual(['PutItem', 'Query', ...posts, 'UpdateItem']);
    expect(await push({ 'idempotency-key': 'k', ttl: '60' })).toEqual([
      'PutItem',
      'GetItem',
      'UpdateItem',
      'PutItem',
      'UpdateItem',
      'Query',
      ...posts,
      'UpdateItem',
      'UpdateItem',
    ]);
  });
});

describe('a browser of a uid without stored messages asks AWS', () => {
  test('for three operations on the tables to register, framed or plain, with and without since', async () => {
    const framed = ['UpdateItem', 'BatchGetItem', 'PutItem', 'POST '];
    expect(await register('register', '{"action":"register","uid":"u1"}')).toEqual(framed);
    expect(await register('register', '{"action":"register","uid":"u1","since":0}')).toEqual(framed);
    expect(await register('$default', 'u1')).toEqual(['GetItem', 'UpdateItem', 'PutItem']);
  });

  test('for one read to learn that it is not registered, or for an acknowledgement that means nothing', async () => {
    expect(await register('replay', '{"action":"replay","since":0}')).toEqual(['GetItem', 'POST ']);
    expect(await register('ack', '{"action":"ack","seq":1}')).toEqual(['GetItem']);
  });
});
