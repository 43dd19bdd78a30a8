import type { LogEntry, MessageLog } from '../../../lambda/messages/message-log.ts';
import { replay } from '../../../lambda/messages/replay.ts';
import { PUSH_TIMEOUT_SECONDS } from '../../../lambda/names.ts';
import { pushMessages } from '../../../lambda/push/push-messages.ts';
import { forgetClosedConnection } from '../../../lambda/registration/forget-connection.ts';
import { registerFramed } from '../../../lambda/registration/register-socket.ts';
import { isRefusal } from '../../../protocol/refusal.ts';
import { connectionsTo } from '../../support/connections-to.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import { MemoryMessageLog } from '../../support/memory-message-log.ts';
import type { Scheduler } from '../../support/properties.ts';
import { pushDependencies } from '../../support/push-dependencies.ts';
import { stepwise } from '../../support/stepwise.ts';
import type { ModelClient } from './model-client.ts';

export const uid = 'u1';

/** One socket of a client. `wire`: the numbers that were posted to it. */
export type Session = {
  client: ModelClient;
  connectionId: string;
  since: number;
  isOpen: boolean;
  /** The registration was answered to its end. */
  isServed: boolean;
  wire: Set<number>;
};

type Push = { seq: number; isLong: boolean };

/**
 * The real functions on tables in memory. Each operation of a table and each post is one step, and the scheduler
 * chooses whose step is next. A function dies before the step that was chosen, and when its time is over.
 */
export class ModelWorld {
  now = Date.parse('2026-01-01T12:00:00Z');
  readonly log: MemoryMessageLog;
  readonly sessions: Session[] = [];
  /** Messages whose numbers a push has answered. */
  readonly pushed: Push[] = [];
  readonly #table = new MemoryConnectionTable();
  readonly #scheduler: Scheduler;
  readonly #deletionMarginMs: number;

  constructor(scheduler: Scheduler, deletionMarginMs: number) {
    this.#scheduler = scheduler;
    this.#deletionMarginMs = deletionMarginMs;
    this.log = new MemoryMessageLog();
  }

  async push(count: number, storedForMs: number, isLong: boolean, diesBefore: number): Promise<void> {
    const { table, messageLog, connections, step } = this.#function(diesBefore);
    const results = await pushMessages(
      Array.from({ length: count }, () => ({ uid, text: '{}' })),
      storedForMs / 1_000,
      pushDependencies({
        table,
        messageLog,
        connections,
        clock: { now: () => this.now, sleep: step },
        random: () => 0,
      }),
    );
    for (const result of results) {
      if (!isRefusal(result) && result.seq !== undefined) this.pushed.push({ seq: result.seq, isLong });
    }
  }

  /** A client opens a socket in place of the one that it had, and registers. */
  async connect(client: ModelClient, diesBefore: number): Promise<void> {
    const connectionId = `c${this.sessions.length}`;
    const session = {
      client,
      connectionId,
      since: client.last,
      isOpen: true,
      isServed: false,
      wire: new Set<number>(),
    };
    for (const older of this.sessions) if (older.client === client) older.isOpen = false;
    this.sessions.push(session);
    client.isRegistered = false;
    const text = JSON.stringify({ action: 'register', uid, since: session.since });
    const incoming = { connectionId, connectedAt: this.now, receivedAt: this.now, text };
    await registerFramed(incoming, {
      ...this.#function(diesBefore),
      credentialName: 'uid',
      identify: async () => ({ uid }),
      isSingle: false,
      recordMetrics: () => {},
    });
    session.isServed = true;
  }

  /** The socket ends; `$disconnect` may be lost. */
  async disconnect(client: ModelClient, isTold: boolean): Promise<void> {
    const session = this.sessionOf(client);
    if (!session?.isOpen) return;
    session.isOpen = false;
    const { table } = this.#function(Number.POSITIVE_INFINITY);
    const { connectionId } = session;
    if (isTold) await forgetClosedConnection(table, { connectionId, connectedAt: this.now }, this.now);
  }

  async replay({ client, connectionId }: Session): Promise<void> {
    const text = JSON.stringify({ action: 'replay', since: client.last });
    const incoming = { connectionId, connectedAt: this.now, receivedAt: this.now, text };
    await replay(incoming, this.#function(Number.POSITIVE_INFINITY));
  }

  /** Time passes, and DynamoDB deletes what it may. */
  async pass(milliseconds: number): Promise<void> {
    await this.#scheduler.schedule(Promise.resolve());
    this.now += milliseconds;
    this.log.deleteUntil(this.now - this.#deletionMarginMs);
  }

  /** The newest. */
  sessionOf(client: ModelClient): Session | undefined {
    return this.sessions.findLast((session) => session.client === client);
  }

  async #post(connectionId: string, text: string, step: () => Promise<void>): Promise<'delivered' | 'gone'> {
    await step();
    const session = this.sessions.find((one) => one.connectionId === connectionId);
    if (!session?.isOpen) return 'gone';
    const { type, seq } = JSON.parse(text);
    if (type === 'message') session.wire.add(seq);
    if (session.client.receive(text) && session.client.isRegistered) void this.replay(session);
    return 'delivered';
  }

  #function(diesBefore: number) {
    const endsAt = this.now + PUSH_TIMEOUT_SECONDS * 1_000;
    let steps = 0;
    const step = async () => {
      await this.#scheduler.schedule(Promise.resolve());
      if (++steps >= diesBefore || this.now > endsAt) await new Promise(() => {});
    };
    const table = stepwise(this.#table, step);
    const log = { ...stepwise<MessageLog>(this.log, step), entriesAfter: this.#entryByEntry(step) };
    const bothTables = stepwise(
      {
        registrationAndLatest: async (connectionId: string) => ({
          registration: await this.#table.registrationOf(connectionId),
          latest: await this.log.latestOf(uid),
        }),
        connectionAndLatest: async (_: string, connectionId: string) => {
          const all = await this.#table.connectionsOf(uid, this.now);
          const connection = all.find((one) => one.connectionId === connectionId);
          return { connection, latest: await this.log.latestOf(uid) };
        },
      },
      step,
    );
    const connections = connectionsTo({
      post: (connectionId, text) => this.#post(connectionId, text, step),
    });
    return { table, messageLog: log, bothTables, connections, clock: { now: () => this.now }, step };
  }

  /**
   * A page is not read at one moment: whether a number is there, a little beyond the counter too, is found out one
   * after the other.
   */
  #entryByEntry(step: () => Promise<void>): MessageLog['entriesAfter'] {
    const { log } = this;
    return async function* entries(...args): AsyncIterable<LogEntry> {
      for (let seq = args[1] + 1; seq <= (await log.latestOf(uid)) + 3; seq++) {
        await step();
        const entry = await log.entryOf(args[0], seq, args[2]);
        if (entry) yield entry;
      }
    };
  }
}
