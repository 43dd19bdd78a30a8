import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { pageUnder } from '../support/client-page.ts';
import { patience } from '../support/patience.ts';

/** A service whose sockets can die without a word, as they do when a network changes. */
class MutableService {
  readonly #server: WebSocketServer;
  readonly frames: string[] = [];
  registered = 0;
  /** It answers no ping and no check. */
  isMute = false;
  /** It registers nobody. */
  isClosed = false;

  constructor(server: WebSocketServer) {
    this.#server = server;
    server.on('connection', (socket) => {
      socket.on('message', (frame) => {
        const { action, uid } = JSON.parse(String(frame));
        this.frames.push(action);
        if (action === 'ping' && !this.isMute) socket.send('{"type":"pong"}');
        if (action === 'check' && !this.isMute)
          socket.send('{"type":"checked","registered":true,"latest":0}');
        if (action !== 'register' || this.isClosed) return;
        this.registered += 1;
        const now = Date.now();
        const connectionId = `connection-${this.registered}`;
        const connectionExpiresAt = now + 7_200_000;
        socket.send(JSON.stringify({ type: 'registered', uid, connectionId, now, connectionExpiresAt }));
      });
    });
  }

  static async start(): Promise<MutableService> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    onTestFinished(() => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    });
    return new MutableService(server);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
}

/** A page in Chromium that is registered, whose connection is `connection` there. */
async function openPage(service: MutableService, heartbeatMs = 300_000): Promise<Page> {
  const page = await pageUnder("default-src 'self' 'unsafe-eval'; connect-src *");
  await page.evaluate(`(async () => {
    const { connect } = await import('/uidpush.js');
    globalThis.states = [];
    const options = { url: '${service.url}', identity: 'claimed', heartbeatMs: ${heartbeatMs} };
    globalThis.connection = connect({ ...options, credential: () => 'alice' });
    connection.onstatus = ({ state }) => states.push(state);
  })()`);
  await expect.poll(() => statesOf(page), patience).toEqual(['open']);
  return page;
}

function statesOf(page: Page): Promise<string[]> {
  return page.evaluate('states');
}

test('Chromium: when the network is back, a dead connection is replaced before its test is over', async () => {
  const service = await MutableService.start();
  const page = await openPage(service);
  service.isMute = true;
  await page.context().setOffline(true);
  await page.context().setOffline(false);
  await expect.poll(() => service.registered, patience).toBe(2);

  // Without `connecting`, which it would be when the test had failed.
  await expect.poll(() => statesOf(page), patience).toEqual(['open', 'open']);
  expect(await page.evaluate('connection.connectionId')).toBe('connection-2');
});

test('Chromium: when the network goes, the page finds out; when it is back, it connects at once', async () => {
  const service = await MutableService.start();
  const page = await openPage(service);
  await page.context().setOffline(true);
  await expect.poll(() => statesOf(page), patience).toContain('waiting');
  await page.context().setOffline(false);

  await expect.poll(async () => (await statesOf(page)).at(-1), patience).toBe('open');
});

test('Chromium: a connection that lives when the network is said to be back is kept', async () => {
  const service = await MutableService.start();
  const page = await openPage(service);
  service.isClosed = true;
  await page.evaluate("dispatchEvent(new Event('online'))");
  await expect.poll(() => service.frames, patience).toContain('ping');
  // Every other test of a connection is a check. None begins before the one before it has its answer.
  const framesAfterOffline = async () => {
    await page.evaluate("dispatchEvent(new Event('offline'))");
    return service.frames;
  };
  await expect.poll(framesAfterOffline, patience).toContain('check');

  expect(await statesOf(page)).toEqual(['open']);
  expect(await page.evaluate('connection.connectionId')).toBe('connection-1');
});

test('Chromium: a clock that is set back an hour delays no ping', async () => {
  const service = await MutableService.start();
  const page = await openPage(service, 1_000);
  await page.evaluate('const { now } = Date; Date.now = () => now() - 3_600_000;');
  const before = service.frames.length;

  await expect.poll(() => service.frames.length - before, patience).toBeGreaterThan(3);
});
