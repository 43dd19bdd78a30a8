import { describe, expect, test } from 'vitest';
import type { FunctionOutcome } from '../../../local/functions/function-outcome.ts';
import type { MessageEvent } from '../../../local/gateway/event-builder.ts';
import { MAX_MESSAGES_UNDER_WAY } from '../../../local/gateway/limits.ts';
import { Queue } from '../../support/queue.ts';
import { answering, connectTo, failing, recordingFunction, startTestGateway } from './test-gateway.ts';

test('a message that names a route invokes its function with the message’s text', async () => {
  const register = recordingFunction<MessageEvent>();
  const fallback = recordingFunction<MessageEvent>();
  const gateway = await startTestGateway({ register: register.invoke, $default: fallback.invoke });
  const { client, connectionId } = await connectTo(gateway);

  client.send('{ "action": "register", "uid": "ü" }');

  const event = await register.events.next();
  expect(event.body).toBe('{ "action": "register", "uid": "ü" }');
  expect(event.requestContext).toMatchObject({ routeKey: 'register', eventType: 'MESSAGE', connectionId });
  expect(event.requestContext.messageId).toMatch(/^[\w-]{15}=$/);
  expect(fallback.events.waiting).toEqual([]);
});

test.each(['u1', '{"action":"unknown"}', '{"action":"$connect"}', '{"action":"$disconnect"}'])(
  'the message %s goes to $default, under that name',
  async (body) => {
    const fallback = recordingFunction<MessageEvent>();
    const others = recordingFunction<MessageEvent>();
    const gateway = await startTestGateway({
      $default: fallback.invoke,
      register: others.invoke,
      $disconnect: others.invoke,
    });
    const { client } = await connectTo(gateway);

    client.send(body);

    expect(await fallback.events.next()).toMatchObject({ body, requestContext: { routeKey: '$default' } });
    expect(others.events.waiting).toEqual([]);
  },
);

test('without $default a message that takes no route is answered with an error frame, and the connection lives', async () => {
  const register = recordingFunction<MessageEvent>();
  const gateway = await startTestGateway({ register: register.invoke });
  const { client, connectionId } = await connectTo(gateway);

  client.send('u1');

  const frame = await client.next();
  expect(JSON.parse(frame)).toEqual({ message: 'Forbidden', connectionId, requestId: expect.any(String) });
  client.send('{"action":"register"}');
  await register.events.next();
});

test('a function that fails is answered with an error frame that names the request, and the connection lives', async () => {
  const requestIds: string[] = [];
  const fallback = recordingFunction<MessageEvent>();
  const gateway = await startTestGateway({
    register: (event) => {
      requestIds.push((event as MessageEvent).requestContext.requestId);
      return failing(event);
    },
    $default: fallback.invoke,
  });
  const { client, connectionId } = await connectTo(gateway);

  client.send('{"action":"register"}');

  // Spaced as API Gateway's own: https://github.com/nearst/laconia/issues/41
  expect(await client.next()).toBe(
    `{"message": "Internal server error", "connectionId":"${connectionId}", "requestId":"${requestIds[0]}"}`,
  );
  client.send('still here');
  await fallback.events.next();
});

test('what a function returns is not sent to the client, whatever its status', async () => {
  const gateway = await startTestGateway({
    answer: answering({ statusCode: 500, body: 'not for you' }),
    $default: failing,
  });
  const { client } = await connectTo(gateway);

  client.send('{"action":"answer"}');
  client.send('a message whose function fails');

  expect(JSON.parse(await client.next())).toMatchObject({ message: 'Internal server error' });
  expect(client.waiting).toEqual([]);
});

test('a message does not wait for the one before it', async () => {
  const outcomes = new Queue<FunctionOutcome>();
  const fallback = recordingFunction<MessageEvent>();
  const gateway = await startTestGateway({ slow: () => outcomes.next(), $default: fallback.invoke });
  const { client } = await connectTo(gateway);

  client.send('{"action":"slow"}');
  client.send('quick');

  expect(await fallback.events.next()).toMatchObject({ body: 'quick' });
});

test('a client that sends faster than its functions answer is not read on until they do', async () => {
  const outcomes = new Queue<FunctionOutcome>();
  const bodies = new Queue<string>();
  const gateway = await startTestGateway({
    $default: (event) => {
      bodies.push((event as MessageEvent).body);
      return outcomes.next();
    },
  });
  const { client } = await connectTo(gateway);
  const total = 1_000;

  for (let count = 0; count < total; count++) client.send('x'.repeat(30_000));
  for (let count = 0; count < MAX_MESSAGES_UNDER_WAY; count++) await bodies.next();
  // Time for more to come, if any were to.
  for (let count = 0; count < 20; count++) await fetch(gateway.managementUrl);
  const readAhead = bodies.waiting.length;
  for (let count = 0; count < total; count++) outcomes.push({ payload: { statusCode: 200 } });
  for (let count = MAX_MESSAGES_UNDER_WAY; count < total; count++) await bodies.next();

  // What a single read of the socket brought.
  expect(readAhead).toBeLessThan(10);
});

describe('a route with a mock integration', () => {
  test('is answered by the gateway itself, each message once, and the connection lives', async () => {
    const fallback = recordingFunction<MessageEvent>();
    const gateway = await startTestGateway({
      ping: { answer: '{"type":"pong"}' },
      $default: fallback.invoke,
    });
    const { client } = await connectTo(gateway);

    for (let count = 0; count < 2; count++) {
      client.send('{"action":"ping"}');
      expect(await client.next()).toBe('{"type":"pong"}');
    }
    client.send('then');

    expect(await fallback.events.next()).toMatchObject({ body: 'then' });
  });

  test('says nothing where it is one-way', async () => {
    const gateway = await startTestGateway({ quiet: { answer: undefined }, ping: { answer: 'pong' } });
    const { client } = await connectTo(gateway);
    client.send('{"action":"quiet"}');
    client.send('{"action":"ping"}');

    expect(await client.next()).toBe('pong');
  });
});
