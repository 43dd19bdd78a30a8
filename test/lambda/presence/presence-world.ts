import pLimit from 'p-limit';
import type { Connections } from '../../../lambda/connection/connections.ts';
import { disconnectUid } from '../../../lambda/presence/disconnect-route.ts';
import { look, settle } from '../../../lambda/presence/look.ts';
import { type PresenceMessage, parsePresenceMessage } from '../../../lambda/presence/presence-message.ts';
import type { DueTable } from '../../../lambda/presence/presence-table.ts';
import { sweep } from '../../../lambda/presence/sweep.ts';
import { tellAll } from '../../../lambda/presence/tell-all.ts';
import { groupOf, nameOf, parseTask } from '../../../lambda/queue-task.ts';
import { CONNECTION_LIFE_MS } from '../../../lambda/registration/connection-life.ts';
import {
  forgetClosedConnection,
  forgetGoneConnection,
} from '../../../lambda/registration/forget-connection.ts';
import { registerFramed } from '../../../lambda/registration/register-socket.ts';
import { followedTable } from '../../../lambda/table/followed-table.ts';
import {
  type ShowDependencies,
  showToWatchers,
  watchersTarget,
} from '../../../lambda/watch/show-to-watchers.ts';
import { watch } from '../../../lambda/watch/watch.ts';
import type { WatchTask } from '../../../lambda/watch/watch-task.ts';
import { FifoQueue } from '../../../local/queue/fifo-queue.ts';
import type { PresenceEvent } from '../../../protocol/presence-event.ts';
import type { WatchedUser } from '../../../protocol/watch.ts';
import { connectionsTo } from '../../support/connections-to.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import { MemoryMessageLog } from '../../support/memory-message-log.ts';
import { MemoryPresenceTable } from '../../support/memory-presence-table.ts';
import { MemoryWatchTable } from '../../support/memory-watch-table.ts';
import { stepwise } from '../../support/stepwise.ts';

export const graceMs = 15_000;
const visibilityTimeoutMs = 25_000;

export type Socket = {
  uid: string;
  connectionId: string;
  connectedAt: number;
  isOpen: boolean;
  /** Of the last frame that says what it watches. */
  watched: readonly string[];
  /** What it was shown with the highest epoch of each uid. */
  shown: Map<string, WatchedUser>;
};

/** Awaited before each step of a function; a function that is dead never goes on. */
export type Step = () => Promise<void>;

const never = new Promise<never>(() => {});

/**
 * The real functions, on tables in memory and the local stack's queues. Each operation of a table, and each message and
 * event that is sent, is one step; who has the next one is for the test to choose, and before which step a function
 * dies.
 */
export class PresenceWorld {
  readonly clock = new FakeClock();
  readonly told: PresenceEvent[] = [];
  readonly sockets: Socket[] = [];
  readonly #table = new MemoryConnectionTable();
  readonly #presences = new MemoryPresenceTable();
  readonly #watches = new MemoryWatchTable(this.#table, { largestPage: 1 });
  readonly #step: Step;
  readonly #queues: { look: FifoQueue; settle: FifoQueue; tasks: FifoQueue };
  readonly #hasWatch: boolean;
  #sent = 0;

  /** @param hasWatch Whether pages may watch any uid. */
  constructor(step: Step, { hasWatch = false } = {}) {
    this.#step = step;
    this.#hasWatch = hasWatch;
    const options = { clock: this.clock, visibilityTimeoutMs, retentionMs: 4 * 86_400_000 };
    const settle = new FifoQueue({ ...options, delayMs: graceMs });
    this.#queues = { look: new FifoQueue(options), settle, tasks: new FifoQueue(options) };
  }

  async connect(uid: string, diesBefore = Number.POSITIVE_INFINITY): Promise<Socket> {
    const connectionId = `c${this.sockets.length}`;
    const connectedAt = this.clock.now();
    const socket: Socket = { uid, connectionId, connectedAt, isOpen: true, watched: [], shown: new Map() };
    this.sockets.push(socket);
    const { table, presences, sendLook, step } = this.#function(diesBefore);
    const text = JSON.stringify({ action: 'register', uid });
    await registerFramed(
      { connectionId, connectedAt: socket.connectedAt, receivedAt: socket.connectedAt, text },
      {
        table,
        bothTables: stepwise(
          {
            registrationAndLatest: async () => ({
              registration: await this.#table.registrationOf(connectionId),
              latest: 0,
              isOnline: (await this.#presences.presenceOf(uid))?.isOnline === true,
            }),
          },
          step,
        ),
        messageLog: new MemoryMessageLog(),
        arrivals: { presences, sendLook },
        connections: this.#connections(step),
        clock: this.clock,
        credentialName: 'uid',
        identify: async () => ({ uid }),
        isSingle: false,
        recordMetrics: () => {},
      },
    );
    return socket;
  }

  /** The page watches these uids, and has its answer when this resolves. */
  async watch(socket: Socket, uids: readonly string[], diesBefore = Number.POSITIVE_INFINITY): Promise<void> {
    const { connectionId, connectedAt } = socket;
    const { table, presences, watches, step } = this.#function(diesBefore);
    const text = JSON.stringify({ action: 'watch', uids });
    await watch(
      { connectionId, connectedAt, receivedAt: this.clock.now(), text },
      {
        watching: { watches, presences, rule: 'any' },
        table,
        connections: this.#connections(step),
        clock: this.clock,
      },
    );
  }

  /** The socket ends; `$disconnect` may be lost, or come late. */
  async disconnect(
    socket: Socket,
    how: 'told' | 'told twice' | 'lost',
    diesBefore = Number.POSITIVE_INFINITY,
  ): Promise<void> {
    if (!socket.isOpen) return;
    socket.isOpen = false;
    if (how === 'lost') return;
    for (let time = 0; time < (how === 'told' ? 1 : 2); time++) {
      await forgetClosedConnection(this.#function(diesBefore).table, socket, this.clock.now());
    }
  }

  /** A push to the uid finds out which of its connections are gone. */
  async push(uid: string, diesBefore = Number.POSITIVE_INFINITY): Promise<void> {
    const { table } = this.#function(diesBefore);
    for (const { connectionId } of await table.connectionsOf(uid, this.clock.now())) {
      const socket = this.sockets.find((one) => one.connectionId === connectionId);
      if (!socket?.isOpen) await forgetGoneConnection(table, uid, connectionId);
    }
  }

  async kick(uid: string, diesBefore = Number.POSITIVE_INFINITY): Promise<void> {
    const { table, step } = this.#function(diesBefore);
    const connections = this.#connections(step, async (connectionId) => {
      await step();
      const socket = this.sockets.find((one) => one.connectionId === connectionId);
      if (!socket?.isOpen) return 'gone';
      socket.isOpen = false;
      return 'closed';
    });
    const limitTableRequests = pLimit(9);
    await disconnectUid(uid, undefined, { table, connections, limitTableRequests, clock: this.clock });
  }

  /** A worker does one message of each queue, if there is one. */
  async work(diesBefore = Number.POSITIVE_INFINITY): Promise<boolean> {
    let hasWorked = false;
    for (const queue of Object.values(this.#queues)) {
      const [message] = queue.receive(1);
      if (!message) continue;
      hasWorked = true;
      if (queue === this.#queues.tasks) await this.#workOnTask(message.body, diesBefore);
      else await this.#workOn(parsePresenceMessage(message.body), diesBefore);
      queue.delete(message.receiptHandle);
    }
    return hasWorked;
  }

  async sweep(diesBefore = Number.POSITIVE_INFINITY): Promise<void> {
    const { presences, step } = this.#function(diesBefore);
    const sendDue = async (uids: readonly string[], span: number) => {
      await step();
      for (const uid of uids)
        this.#send('look', uid, { look: { uid, isSettled: true, isDue: true } }, `${uid}.${span}`);
    };
    const due: DueTable = {
      dueIn: (span) => this.#presences.dueIn(span),
      removeDue: (...args) => presences.removeDue(...args),
      sweptThrough: () => presences.sweptThrough(),
      noteSwept: (span) => presences.noteSwept(span),
    };
    await sweep({ due, sendDue, endsAt: Number.POSITIVE_INFINITY, clock: this.clock });
  }

  /** Time passes. API Gateway closes what is two hours old, and tells nobody. */
  pass(milliseconds: number): void {
    this.clock.advance(milliseconds);
    for (const socket of this.sockets) {
      if (this.clock.now() - socket.connectedAt > CONNECTION_LIFE_MS) socket.isOpen = false;
    }
  }

  isOnlineByTable(uid: string): Promise<boolean> {
    return this.#table.hasConnections(uid, this.clock.now());
  }

  /** By the told event with the highest epoch. */
  isOnlineByEvents(uid: string): boolean {
    const [last] = this.eventsOf(uid).toSorted((one, other) => other.epoch - one.epoch);
    return last?.type === 'user.online';
  }

  eventsOf(uid: string): PresenceEvent[] {
    return this.told.filter((event) => event.uid === uid);
  }

  /** The uids that a connection watches. */
  async listOf({ uid, connectionId }: Socket): Promise<readonly string[]> {
    return (await this.#watches.listOf({ uid, connectionId }))?.uids ?? [];
  }

  /** The connections that have a row as watchers of the uid. */
  async watchersOf(uid: string): Promise<string[]> {
    const found: string[] = [];
    for (let after: string | undefined, isLast = false; !isLast; ) {
      const { watchers, next } = await this.#watches.watchersOf(uid, 1, after, this.clock.now());
      found.push(...watchers.map(({ connectionId }) => connectionId));
      after = next;
      isLast = next === undefined;
    }
    return found;
  }

  async #workOn(message: PresenceMessage, diesBefore: number): Promise<void> {
    const { presences, sendLook, sendSettle, step } = this.#function(diesBefore);
    const table = stepwise(this.#table, step);
    if ('settle' in message) return settle(message.settle, { table, sendLook, clock: this.clock });
    const backend = async (event: PresenceEvent) => {
      await step();
      this.told.push(event);
    };
    const show = this.#hasWatch ? watchersTarget(this.#showing(diesBefore)) : undefined;
    const tell = tellAll([backend, ...(show ? [show] : [])]);
    const dependencies = { table, presences, sendSettle, tell, graceMs, clock: this.clock };
    await look(message.look, { ...dependencies, ...(show && { show }) });
  }

  async #workOnTask(body: string, diesBefore: number): Promise<void> {
    const task = parseTask(body);
    if ('watched' in task) await showToWatchers(task, this.#showing(diesBefore));
  }

  /** Of a worker that shows changes to pages: to one, and then by tasks for one each. */
  #showing(diesBefore: number): ShowDependencies {
    const { table, watches, step } = this.#function(diesBefore);
    const send = async (task: WatchTask) => {
      await step();
      const message = { body: JSON.stringify(task), groupId: groupOf(task), deduplicationId: nameOf(task) };
      this.#queues.tasks.send(message);
    };
    return {
      table,
      watches,
      connections: this.#connections(step),
      queue: { send, sendAll: async (tasks) => void (await Promise.all(tasks.map(send))) },
      postsPerSecond: Number.POSITIVE_INFINITY,
      clock: this.clock,
    };
  }

  #connections(step: Step, close: Connections['close'] = async () => 'closed') {
    const post: Connections['post'] = async (connectionId, text) => {
      await step();
      const socket = this.sockets.find((one) => one.connectionId === connectionId);
      if (!socket?.isOpen) return 'gone';
      receive(socket, JSON.parse(text));
      return 'delivered';
    };
    return connectionsTo({ post, close });
  }

  #function(diesBefore: number) {
    let steps = 0;
    const step = async () => {
      await this.#step();
      if (++steps >= diesBefore) await never;
    };
    const presences = stepwise(this.#presences, step);
    const sendLook: Parameters<typeof settle>[1]['sendLook'] = async (look) => {
      await step();
      this.#send('look', look.uid, { look });
    };
    const sendSettle = async (uid: string) => {
      await step();
      this.#send('settle', uid, { settle: uid });
    };
    const watches = stepwise(this.#watches, step);
    const plain = stepwise(this.#table, step);
    const table = followedTable(plain, {
      watches: this.#hasWatch ? watches : undefined,
      departures: { presences, sendSettle, clock: this.clock },
    });
    return { table, presences, watches, sendLook, sendSettle, step };
  }

  #send(
    queue: 'look' | 'settle',
    groupId: string,
    message: PresenceMessage,
    deduplicationId = String(this.#sent++),
  ): void {
    this.#queues[queue].send({ body: JSON.stringify(message), groupId, deduplicationId });
  }
}

/** What a page does with a frame: it keeps what has the highest epoch of each uid. */
function receive(
  socket: Socket,
  frame: { type: string; users?: readonly WatchedUser[] } & WatchedUser,
): void {
  const users = frame.type === 'presence' ? [frame] : frame.type === 'watching' ? (frame.users ?? []) : [];
  if (frame.type === 'watching') socket.watched = users.map(({ uid }) => uid);
  for (const user of users) {
    const { epoch = -1 } = socket.shown.get(user.uid) ?? {};
    if (user.epoch > epoch) socket.shown.set(user.uid, user);
  }
}
