import {
  ApiGatewayManagementApiServiceException,
  GoneException,
  LimitExceededException,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { expect, test } from 'vitest';
import type { GatewayFaults } from '../../../local/gateway/gateway-faults.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { Queue } from '../../support/queue.ts';
import { connectTo, managementClient, startTestGateway } from './test-gateway.ts';

async function setUp() {
  const faults: GatewayFaults = {};
  const clock = new FakeClock();
  const gateway = await startTestGateway({}, { faults, clock });
  return { faults, clock, gateway, management: managementClient(gateway), ...(await connectTo(gateway)) };
}

test('a throttled post is LimitExceededException, and the next one arrives', async () => {
  const { faults, management, client, connectionId } = await setUp();

  faults.post = () => ({ kind: 'throttle' });
  await expect(management.post(connectionId, 'lost')).rejects.toBeInstanceOf(LimitExceededException);
  faults.post = () => undefined;
  await management.post(connectionId, 'news');

  expect(await client.next()).toBe('news');
});

test('a server error is a 500', async () => {
  const { faults, management, connectionId } = await setUp();
  faults.post = () => ({ kind: 'server-error' });

  const failure: unknown = await management.post(connectionId, 'lost').catch((error) => error);

  expect(failure).toBeInstanceOf(ApiGatewayManagementApiServiceException);
  expect(failure).toMatchObject({ $metadata: { httpStatusCode: 500 } });
});

test.each([
  { isDone: false, arrived: ['news'] },
  { isDone: true, arrived: ['lost or not', 'news'] },
])('a false 410 is GoneException, with the message sent or not: $isDone', async ({ isDone, arrived }) => {
  const { faults, management, client, connectionId } = await setUp();

  faults.post = () => ({ kind: 'false-gone', isDone });
  await expect(management.post(connectionId, 'lost or not')).rejects.toBeInstanceOf(GoneException);
  delete faults.post;
  await management.post(connectionId, 'news');

  for (const text of arrived) expect(await client.next()).toBe(text);
});

test('GetConnection and DeleteConnection have faults of their own', async () => {
  const { faults, management, client, connectionId } = await setUp();

  faults.get = () => ({ kind: 'throttle' });
  faults.close = () => ({ kind: 'false-gone', isDone: false });
  await expect(management.get(connectionId)).rejects.toBeInstanceOf(LimitExceededException);
  await expect(management.delete(connectionId)).rejects.toBeInstanceOf(GoneException);
  await management.post(connectionId, 'news');

  expect(await client.next()).toBe('news');
});

test('a fault can be for one connection alone', async () => {
  const { faults, gateway, management, connectionId } = await setUp();
  const other = await connectTo(gateway);
  faults.post = (id) => (id === connectionId ? { kind: 'throttle' } : undefined);

  await expect(management.post(connectionId, 'lost')).rejects.toBeInstanceOf(LimitExceededException);
  await management.post(other.connectionId, 'news');

  expect(await other.client.next()).toBe('news');
});

test('a delayed post is taken when its time has come', async () => {
  const { faults, clock, management, client, connectionId } = await setUp();
  const asked = new Queue<void>();
  faults.post = () => {
    asked.push();
    return { kind: 'delay', milliseconds: 2_000 };
  };

  const posting = management.post(connectionId, 'late');
  await asked.next();
  clock.advance(1_999);
  faults.post = () => undefined;
  await management.post(connectionId, 'early');
  clock.advance(1);
  await posting;

  expect(await client.next()).toBe('early');
  expect(await client.next()).toBe('late');
});

test('a delayed post whose caller gives up is not taken', async () => {
  const { faults, clock, management, client, connectionId } = await setUp();
  const asked = new Queue<void>();
  faults.post = () => {
    asked.push();
    return { kind: 'delay', milliseconds: 2_000 };
  };
  const giveUp = new AbortController();

  const posting = management.post(connectionId, 'lost', giveUp.signal);
  await asked.next();
  giveUp.abort();
  await expect(posting).rejects.toMatchObject({ name: 'AbortError' });
  faults.post = () => undefined;
  await management.post(connectionId, 'news');
  clock.advance(2_000);
  await management.post(connectionId, 'more news');

  expect(await client.next()).toBe('news');
  expect(await client.next()).toBe('more news');
});

test('a hanging post is neither sent nor answered', async () => {
  const { faults, management, client, connectionId } = await setUp();
  const asked = new Queue<void>();
  faults.post = () => {
    asked.push();
    return { kind: 'hang' };
  };
  const giveUp = new AbortController();

  const posting = management.post(connectionId, 'lost', giveUp.signal);
  await asked.next();
  giveUp.abort();

  await expect(posting).rejects.toMatchObject({ name: 'AbortError' });
  faults.post = () => undefined;
  await management.post(connectionId, 'news');
  expect(await client.next()).toBe('news');
  expect(client.waiting).toEqual([]);
});
