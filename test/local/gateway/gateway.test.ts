import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';
import { Queue } from '../../support/queue.ts';
import { QueueingClient } from '../../support/queueing-client.ts';
import {
  connectTo,
  managementClient,
  recordingFunction,
  startTestGateway,
  waitingFunction,
} from './test-gateway.ts';

test('port 0 is any free port, and the gateway tells its addresses', async () => {
  const gateway = await startTestGateway();

  expect(gateway.port).toBeGreaterThan(0);
  expect(gateway.url).toBe(`ws://127.0.0.1:${gateway.port}`);
  expect(gateway.managementUrl).toBe(`http://127.0.0.1:${gateway.port}`);
});

test('a port in use rejects with EADDRINUSE', async () => {
  const { port } = await startTestGateway();

  await expect(startTestGateway({}, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('an unknown route selection expression is refused before anything listens', async () => {
  const starting = startTestGateway({}, { routeSelectionExpression: '$request.header.action' });

  await expect(starting).rejects.toThrow(TypeError);
});

test('stopping ends every connection at once and invokes no function', async () => {
  const clock = new FakeClock();
  const disconnect = recordingFunction();
  const gateway = await startTestGateway({ $disconnect: disconnect.invoke }, { clock });
  const { client } = await connectTo(gateway);

  await gateway.stop();

  expect(gateway.connectionIds()).toEqual([]);
  expect(clock.pending).toBe(0);
  expect(await client.closed).toMatchObject({ code: 1006 });
  expect(disconnect.events.waiting).toEqual([]);
  await expect(QueueingClient.connect(gateway.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('stopping does not wait for a client that waits for $connect', async () => {
  const connect = waitingFunction();
  const gateway = await startTestGateway({ $connect: connect.invoke });
  const refused = expect(QueueingClient.connect(`${gateway.url}/live`)).rejects.toThrow('socket hang up');
  await connect.called();

  await gateway.stop();

  await refused;
  connect.answer();
});

test('stopping does not wait for a post that hangs, nor for an idle HTTP connection', async () => {
  const asked = new Queue<void>();
  const faults = {
    post: () => {
      asked.push();
      return { kind: 'hang' } as const;
    },
  };
  const gateway = await startTestGateway({}, { faults });
  const { connectionId } = await connectTo(gateway);
  const idle = connect(gateway.port, '127.0.0.1');
  await once(idle, 'connect');
  const failed = expect(managementClient(gateway).post(connectionId, 'news')).rejects.toThrow();
  await asked.next();
  const idleEnds = once(idle.resume(), 'close');

  await gateway.stop();

  await failed;
  await idleEnds;
});

test('stopping cancels a post that is delayed', async () => {
  const clock = new FakeClock();
  const asked = new Queue<void>();
  const faults = {
    post: () => {
      asked.push();
      return { kind: 'delay', milliseconds: 1_000 } as const;
    },
  };
  const gateway = await startTestGateway({}, { clock, faults });
  const { connectionId } = await connectTo(gateway);
  const failed = expect(managementClient(gateway).post(connectionId, 'news')).rejects.toThrow();
  await asked.next();

  await gateway.stop();

  expect(clock.pending).toBe(0);
  await failed;
});

test('stopping twice is the same as once', async () => {
  const gateway = await startTestGateway();

  await Promise.all([gateway.stop(), gateway.stop()]);
  await gateway.stop();
});

test('a stopped gateway’s port is free for the next one', async () => {
  const first = await startTestGateway();
  await first.stop();

  const second = await startTestGateway({}, { port: first.port });

  expect(second.port).toBe(first.port);
});

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((networkInterface) => networkInterface?.address === '::1');

test.runIf(hasIpv6)('on an IPv6 address the URLs have brackets', async () => {
  const gateway = await startTestGateway({}, { host: '::1' });

  expect(gateway.url).toBe(`ws://[::1]:${gateway.port}`);
  await connectTo(gateway);
});

test.runIf(hasIpv6)('clients of every address see themselves by their IPv4 address', async () => {
  const connect = recordingFunction<{ requestContext: { identity: { sourceIp: string } } }>();
  const gateway = await startTestGateway({ $connect: connect.invoke }, { host: '::' });

  await QueueingClient.connect(`ws://127.0.0.1:${gateway.port}/live`);

  expect((await connect.events.next()).requestContext.identity.sourceIp).toBe('127.0.0.1');
});
