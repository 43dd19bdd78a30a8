import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import type { GatewayFaults } from '../../local/gateway/gateway-faults.ts';
import { ListenError } from '../../local/listen-error.ts';
import { type LocalStack, type StartOptions, start } from '../../local/start.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { Queue } from '../support/queue.ts';

const anyPorts = {
  host: '127.0.0.1',
  webSocketPort: 0,
  textPort: 0,
  httpPort: 0,
  identity: 'claimed',
} as const;

function startStack(options: Partial<StartOptions> = {}): Promise<LocalStack> {
  const assembly = options.context ? {} : { assemblyDirectory: inject('assemblyDirectory') };
  return start({ ...anyPorts, ...assembly, ...options });
}

async function startedStack(options: Partial<StartOptions> = {}): Promise<LocalStack> {
  const stack = await startStack(options);
  onTestFinished(() => stack.stop());
  return stack;
}

function portOf(address = ''): number {
  return Number(/:(\d+)\/?$/.exec(address)?.[1]);
}

/** Whether something listens there. */
function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

describe('the local stack', () => {
  test('brings a message from the push URL to a browser that registered', async () => {
    const { outputs } = await startedStack();
    const browser = new WebSocket(outputs.WebSocketUrl);
    onTestFinished(() => browser.terminate());
    await once(browser, 'open');
    const arrived = once(browser, 'message');
    browser.send('u1');
    const push = async () => {
      const body = '{"uid":"u1", "n":1}';
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${outputs.PushUrl}push`, { method: 'POST', headers, body });
      return response.json();
    };
    await expect.poll(push).toEqual({ uid: 'u1', delivered: 1, gone: 0, failed: 0 });
    expect(String((await arrived)[0])).toBe('{"uid":"u1", "n":1}');
  });

  test('answers a line of the Text protocol', async () => {
    const { outputs } = await startedStack();
    const sender = connect(portOf(outputs.TextEndpoint), '127.0.0.1');
    onTestFinished(() => {
      sender.destroy();
    });
    sender.write('{"uid":"nobody"}\n');
    expect(String((await once(sender, 'data'))[0])).toBe('fail\n');
  });

  test('publishes its outputs beside the page', async () => {
    const { outputs } = await startedStack();
    const response = await fetch(`${outputs.PageUrl}outputs.json`);
    expect(await response.json()).toEqual(outputs);
    expect(outputs).toEqual({
      WebSocketUrl: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/),
      PushUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
      TextEndpoint: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      PushUrlKind: 'function-url',
      UidHashKey: expect.stringMatching(/^[\da-f-]{36}$/),
      PageUrl: outputs.PushUrl,
    });
  });

  test('logs nothing and needs no credentials, whoever starts it', async () => {
    const lines: string[] = [];
    const stack = await startStack({ onLog: (source, line) => lines.push(`${source}: ${line}`) });
    await stack.stop();
    expect(lines).toEqual([]);
  });

  test('listens nowhere once it is stopped', async () => {
    const { outputs, tableEndpoint, stop } = await startStack();
    const ports = [outputs.WebSocketUrl, outputs.PushUrl, outputs.TextEndpoint, tableEndpoint].map(
      (address) => portOf(address),
    );
    expect(await Promise.all(ports.map(listens))).toEqual([true, true, true, true]);
    await stop();
    expect(await Promise.all(ports.map(listens))).toEqual([false, false, false, false]);
  });
});

/** A browser that has registered, which a push to its uid has shown. */
async function registeredBrowser({ outputs }: LocalStack, uid: string): Promise<WebSocket> {
  const browser = new WebSocket(outputs.WebSocketUrl);
  onTestFinished(() => browser.terminate());
  await once(browser, 'open');
  const arrived = once(browser, 'message');
  browser.send(uid);
  const push = async () => {
    const response = await fetch(`${outputs.PushUrl}push`, { method: 'POST', body: `{"uid":"${uid}"}` });
    return ((await response.json()) as { delivered: number }).delivered;
  };
  await expect.poll(push).toBe(1);
  await arrived;
  return browser;
}

describe('a broadcast', () => {
  const broadcast = async ({ outputs }: LocalStack, text: string) => {
    const response = await fetch(`${outputs.PushUrl}broadcast`, { method: 'POST', body: text });
    const { broadcast: id } = (await response.json()) as { broadcast: string };
    return async () => (await fetch(`${outputs.PushUrl}broadcasts/${id}`)).json();
  };

  test('gets to the browsers by the queue and its workers', async () => {
    const stack = await startedStack();
    const browser = await registeredBrowser(stack, 'u1');
    const arrived = once(browser, 'message');
    const status = await broadcast(stack, 'hello');
    expect(String((await arrived)[0])).toBe('hello');
    await expect.poll(status).toMatchObject({ state: 'finished', delivered: 1 });
  });

  test('is finished though a worker is killed in the middle, after its visibility timeout', async () => {
    const queueClock = new FakeClock();
    const posts = new Queue<string>();
    const faults: GatewayFaults = {};
    const stack = await startedStack({ queueClock, faults });
    await registeredBrowser(stack, 'u1');
    faults.post = (connectionId) => {
      posts.push(connectionId);
      return { kind: 'hang' };
    };
    const status = await broadcast(stack, 'hello');
    await posts.next();
    expect(await stack.functions.killSandboxes('UidPushBroadcastWorker')).toBeGreaterThan(0);
    delete faults.post;
    expect(await status()).toMatchObject({ state: 'running', delivered: 0 });
    queueClock.advance(40_000);
    await expect.poll(status).toMatchObject({ state: 'finished', delivered: 1 });
  });
});

describe('with a secret', () => {
  test('the push URL takes the one that was made, and the next one after it', async () => {
    const { outputs, secretValue, putSecretValue } = await startedStack({ context: { pushAuth: 'secret' } });
    const name = String(outputs.PushSecretName);
    const first = secretValue(name);
    const statusWith = async (secret: string) => {
      const headers = { authorization: `Bearer ${secret}` };
      const { status } = await fetch(`${outputs.PushUrl}push`, {
        method: 'POST',
        body: '{"uid":"u1"}',
        headers,
      });
      return status;
    };
    expect([await statusWith(first), await statusWith('other')]).toEqual([200, 401]);
    putSecretValue(name, 'second');
    expect(secretValue(name)).toBe('second');
    expect(await statusWith(first)).toBe(200);
  });
});

describe('a port that is in use', () => {
  test.each([
    ['webSocketPort', 'WebSocketUrl'],
    ['httpPort', 'PushUrl'],
  ] as const)('is told by its option (%s)', async (option, output) => {
    const { outputs } = await startedStack();
    const port = portOf(outputs[output]);
    const failure = await startStack({ [option]: port }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ListenError);
    expect(failure).toMatchObject({ option, message: `port ${port} is in use` });
  });

  test('is told by the text service', async () => {
    const { outputs } = await startedStack();
    const port = portOf(outputs.TextEndpoint);
    await expect(startStack({ textPort: port })).rejects.toThrow(
      new RegExp(`^the text service did not start: .*${port}`),
    );
  });

  test('leaves nothing running', async () => {
    const { outputs } = await startedStack();
    const free = await startStack();
    const webSocketPort = portOf(free.outputs.WebSocketUrl);
    await free.stop();
    await expect(startStack({ webSocketPort, httpPort: portOf(outputs.PushUrl) })).rejects.toThrow(
      ListenError,
    );
    expect(await listens(webSocketPort)).toBe(false);
  });
});
