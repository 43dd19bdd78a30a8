import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { connectIn } from '../../client/browser/connect.ts';
import type { Message } from '../../client/browser/options.ts';
import type { WebSocketLike } from '../../client/browser/websocket.ts';
import type { DisconnectEvent, MessageEvent } from '../../lambda/gateway-event.ts';
import type { Incoming } from '../../lambda/incoming.ts';
import { replay } from '../../lambda/messages/replay.ts';
import { pushOne } from '../../lambda/push/push-messages.ts';
import { check } from '../../lambda/registration/check.ts';
import { forgetClosedConnection } from '../../lambda/registration/forget-connection.ts';
import { registerFramed } from '../../lambda/registration/register-socket.ts';
import type { Connection } from '../../lambda/table/connection-table.ts';
import { GatewayMetrics } from '../../local/gateway/gateway-metrics.ts';
import { newId } from '../../local/gateway/ids.ts';
import { IDLE_TIMEOUT_MS } from '../../local/gateway/limits.ts';
import { routeSelector } from '../../local/gateway/route-selection.ts';
import { Routes } from '../../local/gateway/routes.ts';
import { WebSocketApi } from '../../local/gateway/websocket-api.ts';
import type { WebSocketApiPlan } from '../../local/template/websocket-api-plan.ts';
import type { LineResult } from '../../protocol/answers/push.ts';
import type { Clock } from '../../protocol/clock.ts';
import { aTab, MemoryStorage } from '../client/browser/memory-storage.ts';
import { connectionsTo } from '../support/connections-to.ts';
import { MemoryConnectionTable } from '../support/memory-connection-table.ts';
import { MemoryMessageLog } from '../support/memory-message-log.ts';
import { pushDependencies } from '../support/push-dependencies.ts';

/** Time that moves by whole seconds, for thousands of timers: each fires in the first second that is not too early. */
class SecondClock implements Clock {
  #second = Date.UTC(2026, 0, 31, 12) / 1_000;
  readonly #timers = new Map<number, Set<() => void>>();

  now(): number {
    return this.#second * 1_000;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const second = this.#second + Math.max(1, Math.ceil(milliseconds / 1_000));
    const timers = this.#timers.get(second) ?? new Set();
    // Of its own: a callback may be given twice.
    const timer = () => callback();
    this.#timers.set(second, timers.add(timer));
    return () => timers.delete(timer);
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.after(milliseconds, resolve));
  }

  async pass(seconds: number): Promise<void> {
    for (let count = 0; count < seconds; count++) {
      this.#second += 1;
      const due = this.#timers.get(this.#second) ?? [];
      this.#timers.delete(this.#second);
      for (const callback of due) callback();
      await setImmediate();
    }
  }
}

/** The service's end of a socket, in place of that of `ws`. */
class ServiceSocket extends EventEmitter {
  readonly bufferedAmount = 0;
  readyState: number = WebSocket.OPEN;
  readonly #browser: BrowserSocket;

  constructor(browser: BrowserSocket) {
    super();
    this.#browser = browser;
  }

  send(data: Buffer): void {
    this.#browser.emit('message', { data: data.toString() });
  }

  close(code: number): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.readyState = WebSocket.CLOSED;
    this.emit('close', code, Buffer.of());
    this.#browser.emit('close');
  }
}

/** The browser's end. */
class BrowserSocket extends EventEmitter implements WebSocketLike {
  readonly service = new ServiceSocket(this);

  addEventListener(type: string, listener: (event: { data: unknown; error?: unknown }) => void): void {
    this.on(type, listener);
  }

  send(text: string): void {
    if (this.service.readyState === WebSocket.OPEN) this.service.emit('message', Buffer.from(text));
  }

  close(): void {
    this.service.close(1_000);
  }
}

export type Page = { uid: string; messages: Message[]; states: string[]; close(): void };

/**
 * Browsers with the real client, the local gateway with the routes of a template, and the real handlers behind its
 * functions, on tables and sockets in memory.
 */
export class IdleWorld {
  readonly clock = new SecondClock();
  /** Calls of functions, by their routes. */
  readonly calls: Record<string, number> = {};
  /** Messages of browsers, by their actions. */
  readonly sent: Record<string, number> = {};
  readonly table = new MemoryConnectionTable();
  readonly #log = new MemoryMessageLog();
  readonly #api: WebSocketApi;

  constructor(plan: WebSocketApiPlan) {
    const targets = plan.routes.map(
      ({ key, target }) => [key, 'answer' in target ? target : this.#functionOf(key)] as const,
    );
    this.#api = new WebSocketApi({
      routes: new Routes(new Map(targets)),
      selectRoute: routeSelector(
        plan.routeSelectionExpression,
        plan.routes.map(({ key }) => key),
      ),
      clock: this.clock,
      idleTimeoutMs: IDLE_TIMEOUT_MS,
      faults: {},
      metrics: new GatewayMetrics('api', 'live', undefined),
    });
  }

  openPage(uid: string, random: () => number): Page {
    const connect = (socket: BrowserSocket) => void this.#connect(socket);
    const environment = {
      WebSocket: class extends BrowserSocket {
        constructor() {
          super();
          connect(this);
        }
      },
      clock: {
        now: () => this.clock.now(),
        elapsed: () => this.clock.now(),
        after: (milliseconds: number, callback: () => void) => this.clock.after(milliseconds, callback),
      },
      random,
      page: {},
      tab: aTab(),
      storage: new MemoryStorage(),
      reportError: (error: unknown) => {
        throw error;
      },
    };
    const connection = connectIn(environment, {
      url: 'wss://push.test/live',
      identity: 'claimed',
      credential: () => uid,
    });
    const messages: Message[] = [];
    const states: string[] = [];
    connection.onmessage = (message) => messages.push(message);
    connection.onstatus = ({ state }) => states.push(state);
    return { uid, messages, states, close: () => connection.close() };
  }

  push(uid: string): Promise<LineResult | { code: string }> {
    const { clock, table } = this;
    const dependencies = { clock, table, messageLog: this.#log, connections: this.#connections };
    return pushOne({ uid, text: JSON.stringify({ uid }) }, 0, undefined, pushDependencies(dependencies));
  }

  async #connect(browser: BrowserSocket): Promise<void> {
    const info = {
      connectionId: newId(),
      connectedAt: this.clock.now(),
      domainName: 'push.test',
      apiId: 'api',
      stage: 'live',
      identity: { sourceIp: '127.0.0.1' },
    };
    const { opens } = await this.#api.connect(info, { rawHeaders: [], query: '' });
    if (!opens) return browser.close();
    browser.service.on('message', (data: Buffer) => {
      const { action } = JSON.parse(data.toString());
      this.sent[action] = (this.sent[action] ?? 0) + 1;
    });
    this.#api.open(info, {
      webSocket: browser.service as unknown as WebSocket,
      tcp: new EventEmitter() as unknown as Duplex,
    });
    browser.emit('open');
  }

  #functionOf(key: string) {
    return async (event: unknown) => {
      this.calls[key] = (this.calls[key] ?? 0) + 1;
      await this.#handle(key, event as MessageEvent & DisconnectEvent);
      return { payload: { statusCode: 200 } };
    };
  }

  async #handle(key: string, { requestContext, body = '' }: MessageEvent & DisconnectEvent): Promise<void> {
    const { connectionId, connectedAt, requestTimeEpoch: receivedAt } = requestContext;
    if (key === '$disconnect') {
      await forgetClosedConnection(this.table, requestContext, receivedAt);
      return;
    }
    const incoming: Incoming = { connectionId, connectedAt, receivedAt, text: body };
    const dependencies = {
      table: this.table,
      messageLog: this.#log,
      bothTables: {
        registrationAndLatest: async (_: string, uid: string) => ({
          registration: await this.table.registrationOf(connectionId),
          latest: await this.#log.latestOf(uid),
        }),
        connectionAndLatest: async (uid: string) => ({
          connection: await this.#connectionOf(uid, connectionId),
          latest: await this.#log.latestOf(uid),
        }),
      },
      connections: this.#connections,
      clock: this.clock,
      identify: async (uid: string) => ({ uid }),
      credentialName: 'uid',
      isSingle: false,
      recordMetrics: () => {},
    } as const;
    if (key === 'register') await registerFramed(incoming, dependencies);
    else if (key === 'check') await check(incoming, dependencies);
    else if (key === 'replay') await replay(incoming, dependencies);
    else throw new Error(`No page that is idle calls ${key}.`);
  }

  async #connectionOf(uid: string, connectionId: string): Promise<Connection | undefined> {
    const all = await this.table.connectionsOf(uid, this.clock.now());
    return all.find((one) => one.connectionId === connectionId);
  }

  readonly #connections = connectionsTo({
    post: async (connectionId, text) => {
      const connection = this.#api.connections.find(connectionId);
      connection?.post(Buffer.from(text));
      return connection ? 'delivered' : 'gone';
    },
  });
}
