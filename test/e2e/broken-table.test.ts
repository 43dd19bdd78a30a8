import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeAll, expect, test } from 'vitest';
import { QueueingClient } from '../support/queueing-client.ts';
import { runStack } from './running-stack.ts';

const stack = runStack();

beforeAll(async () => {
  const client = new DynamoDBClient({
    endpoint: stack.stack.tableEndpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await client.send(new DeleteTableCommand({ TableName: stack.tableName }));
  client.destroy();
});

test('without a table, a push is answered unavailable', async () => {
  expect(await stack.push('{"uid":"u1"}')).toMatchObject({ status: 503, code: 'unavailable' });
});

test('without a table, every text line is answered fail', async () => {
  expect(await stack.answersTo('{"uid":"u1"}', '{"uid":"u2"}')).toEqual(['fail', 'fail']);
});

test('a browser whose registration fails gets API Gateway’s error frame, and its socket stays open', async () => {
  const browser = await QueueingClient.connect(stack.stack.outputs.WebSocketUrl);
  browser.send('u1');

  expect(JSON.parse(await browser.next())).toMatchObject({ message: 'Internal server error' });
  expect(browser.socket.readyState).toBe(browser.socket.OPEN);
  await browser.close();
});
