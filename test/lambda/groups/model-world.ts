import type { BroadcastTask } from '../../../lambda/broadcast/broadcast-task.ts';
import { workOnTask } from '../../../lambda/broadcast/work-on-task.ts';
import { groupRecipients } from '../../../lambda/groups/group-recipients.ts';
import type { GroupTable, Standing } from '../../../lambda/groups/group-table.ts';
import { join, leave } from '../../../lambda/groups/join.ts';
import { putUidIn, takeUidOut } from '../../../lambda/groups/membership.ts';
import { pushToGroup } from '../../../lambda/groups/push-to-group.ts';
import { forgetClosedConnection } from '../../../lambda/registration/forget-connection.ts';
import { registerFramed } from '../../../lambda/registration/register-socket.ts';
import type { ConnectionTable } from '../../../lambda/table/connection-table.ts';
import { followedTable } from '../../../lambda/table/followed-table.ts';
import { connectionsTo } from '../../support/connections-to.ts';
import { MemoryBroadcastTable } from '../../support/memory-broadcast-table.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import { MemoryGroupTable } from '../../support/memory-group-table.ts';
import { MemoryMessageLog } from '../../support/memory-message-log.ts';
import { MemoryRequestTable } from '../../support/memory-request-table.ts';
import type { Scheduler } from '../../support/properties.ts';
import { pushDependencies } from '../../support/push-dependencies.ts';
import { stepwise } from '../../support/stepwise.ts';

const group = 'g';

/** A socket. `got`: how often each push was posted to it; `registeredAt`: when its registration was answered. */
export type Socket = {
  connectionId: string;
  uid: string;
  isOpen: boolean;
  registeredAt?: number;
  got: Map<string, number>;
};

/** Something that was done to who is in the group. `end`: when it was answered; absent where its function died. */
export type Change = { kind: 'in' | 'out'; uid: string; connectionId?: string; start: number; end?: number };

/**
 * `broadcast`: of one in the background. `isRepeated`: one of its workers died, so somebody may have got it twice.
 */
export type Push = { id: string; start: number; end?: number; broadcast?: string; isRepeated?: true };

/**
 * The real functions on tables in memory. Each operation of a table and each post is one step, and the scheduler
 * chooses whose step is next. A function dies before the step that was chosen.
 */
export class ModelWorld {
  readonly now = Date.parse('2026-01-01T12:00:00Z');
  readonly sockets: Socket[] = [];
  readonly changes: Change[] = [];
  readonly pushes: Push[] = [];
  readonly table = new MemoryConnectionTable();
  readonly groupTable = new MemoryGroupTable(this.table);
  readonly broadcasts = new MemoryBroadcastTable(this.table);
  readonly #log = new MemoryMessageLog();
  readonly #scheduler: Scheduler;
  #moment = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
    this.groupTable.betweenPlaces = () => scheduler.schedule(Promise.resolve());
  }

  async register(uid: string, diesBefore: number, socket = this.#open(uid)): Promise<void> {
    const { connectionId } = socket;
    const text = JSON.stringify({ action: 'register', uid });
    const incoming = { connectionId, connectedAt: this.now, receivedAt: this.now, text };
    await registerFramed(incoming, {
      ...this.#function(diesBefore),
      credentialName: 'uid',
      identify: async () => ({ uid }),
      isSingle: false,
      joinRule: 'any',
      recordMetrics: () => {},
    });
    socket.registeredAt ??= ++this.#moment;
  }

  async close(socket: Socket, isTold: boolean, diesBefore: number): Promise<void> {
    if (!socket.isOpen) return;
    socket.isOpen = false;
    this.#moment++;
    if (!isTold) return;
    const { table } = this.#function(diesBefore);
    const { connectionId } = socket;
    await forgetClosedConnection(table, { connectionId, connectedAt: this.now }, this.now);
  }

  async put(uid: string, diesBefore: number): Promise<void> {
    await this.#change({ kind: 'in', uid }, () => putUidIn(group, uid, undefined, this.#backend(diesBefore)));
  }

  async takeOut(uid: string, diesBefore: number): Promise<void> {
    await this.#change({ kind: 'out', uid }, () => takeUidOut(group, uid, this.#backend(diesBefore)));
  }

  async join({ connectionId, uid }: Socket, kind: 'in' | 'out', diesBefore: number): Promise<void> {
    const text = JSON.stringify({ action: kind === 'in' ? 'join' : 'leave', group });
    const incoming = { connectionId, connectedAt: this.now, receivedAt: this.now, text };
    const dependencies = { ...this.#function(diesBefore), joinRule: 'any' as const };
    const act = kind === 'in' ? join : leave;
    let isDone = false;
    const connections = connectionsTo({
      post: async (_, frame) => {
        isDone = frame.includes('"joined"') || frame.includes('"left"');
        return 'delivered';
      },
    });
    const change: Change = { kind, uid, connectionId, start: ++this.#moment };
    this.changes.push(change);
    await act(incoming, { ...dependencies, connections });
    // One that is refused changes nothing, but may have been overtaken.
    if (isDone) change.end = ++this.#moment;
  }

  async push(diesBefore: number): Promise<void> {
    const push: Push = { id: `p${this.pushes.length}`, start: ++this.#moment };
    this.pushes.push(push);
    const outcome = await this.#push(push, false, [], diesBefore);
    if ('delivered' in outcome) push.end = ++this.#moment;
  }

  /** The same in the background, with two connections a page. @param workerDiesBefore Each segment's first worker */
  async pushInBackground(workerDiesBefore: number): Promise<void> {
    const push: Push = { id: `p${this.pushes.length}`, start: ++this.#moment };
    this.pushes.push(push);
    const tasks: BroadcastTask[] = [];
    const outcome = await this.#push(push, true, tasks, Number.POSITIVE_INFINITY);
    if ('multicast' in outcome) push.broadcast = outcome.multicast;
    await Promise.all(tasks.map((task) => this.#workOnSegment(task, push, workerDiesBefore)));
    push.end = ++this.#moment;
  }

  #push(push: Push, prefersBackground: boolean, tasks: BroadcastTask[], diesBefore: number) {
    const { table, groupTable, connections, clock } = this.#function(diesBefore);
    const text = JSON.stringify({ push: push.id });
    return pushToGroup({ group, text, selection: undefined }, undefined, prefersBackground, {
      ...pushDependencies({ table, connections, clock: { ...clock, sleep: async () => {} } }),
      groupTable,
      groupRequests: new MemoryRequestTable(),
      broadcasts: this.broadcasts,
      queue: { sendAll: async (all) => void tasks.push(...all) },
    });
  }

  /** Does one page after the other, as the queue hands them over: that of a worker that died once more. */
  async #workOnSegment(first: BroadcastTask, push: Push, diesBefore: number): Promise<void> {
    let next: BroadcastTask | undefined = first;
    for (let attempt = 0; next; attempt++) {
      const task: BroadcastTask = next;
      next = undefined;
      let die = () => {};
      const death = new Promise<'died'>((resolve) => {
        die = () => resolve('died');
      });
      const { table, groupTable, connections, clock } = this.#function(
        attempt === 0 ? diesBefore : Number.POSITIVE_INFINITY,
        die,
      );
      const work = workOnTask(task, {
        broadcasts: this.broadcasts,
        table,
        groupRecipients: (name) => groupRecipients(name, { table, groupTable, clock }),
        connections,
        queue: {
          send: async (more) => {
            next = more;
          },
        },
        deadLetters: { send: async () => {} },
        pageSize: 2,
        postsPerSecond: 1e6,
        clock: { ...clock, sleep: async () => {} },
        recordMetrics: () => {},
      });
      if ((await Promise.race([work, death])) === 'died') {
        push.isRepeated = true;
        next = task;
      }
    }
  }

  /** The group is spread over more partitions. */
  async grow(): Promise<void> {
    const { groupTable } = this.#function(Number.POSITIVE_INFINITY);
    await groupTable.growLayout(group, await groupTable.layoutOf(group), this.now);
  }

  /** The connections that are in the group by its rows, of any place. */
  async found(): Promise<string[]> {
    this.groupTable.betweenPlaces = async () => {};
    const { rows } = await this.groupTable.rowsOf(group, this.now, 1_000);
    return rows.map(({ connectionId }) => connectionId).sort();
  }

  /** The connections that are to be in it: open ones of members, and those that have joined. */
  async expected(uids: readonly string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const uid of uids) {
      const { memberships } = await this.groupTable.membershipsOf(uid);
      const isMember = memberships.some((one) => one.group === group);
      for (const { connectionId } of await this.table.connectionsOf(uid, this.now)) {
        const visit = await this.groupTable.visitOf(uid, connectionId);
        if (isMember || visit?.joined.includes(group)) ids.push(connectionId);
      }
    }
    return ids.sort();
  }

  #open(uid: string): Socket {
    const socket: Socket = { connectionId: `c${this.sockets.length}`, uid, isOpen: true, got: new Map() };
    this.sockets.push(socket);
    return socket;
  }

  async #change(about: Pick<Change, 'kind' | 'uid'>, act: () => Promise<unknown>): Promise<void> {
    const change: Change = { ...about, start: ++this.#moment };
    this.changes.push(change);
    await act();
    change.end = ++this.#moment;
  }

  #backend(diesBefore: number) {
    const { limitTableRequests } = pushDependencies();
    return {
      ...this.#function(diesBefore),
      limitTableRequests,
      lastAttemptAt: this.now + 20_000,
      clock: { now: () => this.now, sleep: async () => {} },
    };
  }

  #function(diesBefore: number, die = () => {}) {
    let steps = 0;
    const step = async () => {
      await this.#scheduler.schedule(Promise.resolve());
      if (++steps < diesBefore) return;
      die();
      await new Promise(() => {});
    };
    const clock = { now: () => this.now };
    const stepping = stepwise<GroupTable>(this.groupTable, step);
    const groupTable: GroupTable = {
      ...stepping,
      standing: (...args) => this.#inParts(step, ...args),
      rowsInOrder: (...args) => this.#afterStep(step, () => this.groupTable.rowsInOrder(...args)),
    };
    const table = followedTable(stepwise<ConnectionTable>(this.table, step), {
      groups: { groupTable, clock },
    });
    const connections = connectionsTo({
      post: (connectionId, text) => this.#post(connectionId, text, step),
    });
    const bothTables = stepwise(
      {
        registrationAndLatest: async (connectionId: string) => ({
          registration: await this.table.registrationOf(connectionId),
          latest: 0,
        }),
      },
      step,
    );
    return { table, groupTable, connections, bothTables, messageLog: this.#log, clock };
  }

  async *#afterStep<One>(step: () => Promise<void>, read: () => AsyncIterable<One>): AsyncGenerator<One> {
    await step();
    yield* read();
  }

  /** A read of several items is of no one moment: each is read at its own, in any order. */
  async #inParts(
    step: () => Promise<void>,
    uid: string,
    connectionId: string,
    groups: readonly string[],
  ): Promise<Standing> {
    const whole = async () => {
      await step();
      return this.groupTable.standing(uid, connectionId, groups);
    };
    const [ofConnection, ofMemberships, ofVisit, ofLayouts] = await Promise.all([
      whole(),
      whole(),
      whole(),
      whole(),
    ]);
    return {
      ...(ofConnection?.connection && { connection: ofConnection.connection }),
      memberships: ofMemberships?.memberships ?? [],
      ...(ofVisit?.visit && { visit: ofVisit.visit }),
      layouts: ofLayouts?.layouts ?? new Map(),
    };
  }

  async #post(connectionId: string, text: string, step: () => Promise<void>): Promise<'delivered' | 'gone'> {
    await step();
    const socket = this.sockets.find((one) => one.connectionId === connectionId);
    if (!socket?.isOpen) return 'gone';
    const { type, data } = JSON.parse(text);
    if (type === 'message') socket.got.set(data.push, (socket.got.get(data.push) ?? 0) + 1);
    return 'delivered';
  }
}
