import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, inject, onTestFinished } from 'vitest';
import { documentClient } from '../../lambda/aws/dynamodb.ts';
import { DynamoDbConnectionTable } from '../../lambda/aws/dynamodb-connection-table.ts';
import { DynamoDbGroupTable } from '../../lambda/aws/dynamodb-group-table.ts';
import { smallLayout } from '../../lambda/groups/layout.ts';
import type { ConnectionTable } from '../../lambda/table/connection-table.ts';
import type { GatewayFaults } from '../../local/gateway/gateway-faults.ts';
import { type LocalStack, type StartOptions, start } from '../../local/start.ts';
import { contextOf } from '../../local/synthesize.ts';
import { only } from '../../local/template/only.ts';
import type { PushResult } from '../../protocol/answers/push.ts';
import { systemClock } from '../../protocol/clock.ts';
import { assemblyWith } from '../support/assembly.ts';
import { isPrivate } from '../support/log-lines.ts';
import { patience } from '../support/patience.ts';
import { QueueingClient } from '../support/queueing-client.ts';
import { Sender } from '../text/sender.ts';

export { patience };

export type StackOptions = Pick<
  StartOptions,
  | 'context'
  | 'queueClock'
  | 'scheduleClock'
  | 'lifetimeMs'
  | 'idleTimeoutMs'
  | 'onLog'
  | 'onActivity'
  | 'onMetric'
  | 'tableFaults'
  | 'functionFaults'
  | 'functionUrlFaults'
  | 'maxTextRestarts'
> &
  Partial<Pick<StartOptions, 'identity'>>;

/** The local stack, as `npm start` runs it, for the tests of one file; each test uses uids of its own. */
export class RunningStack {
  /** Injectable faults; every test ends with none. */
  readonly faults: GatewayFaults = {};
  readonly #options: StackOptions;
  /** Lines of the log that may hold what no log may: no stack of any test writes one. */
  readonly #indiscreet: string[] = [];
  #stack: LocalStack | undefined;
  #table: ConnectionTable | undefined;

  constructor(options: StackOptions) {
    this.#options = options;
  }

  get stack(): LocalStack {
    if (!this.#stack) throw new Error('The stack runs only while tests do.');
    return this.#stack;
  }

  get table(): ConnectionTable {
    if (!this.#table) throw new Error('The stack runs only while tests do.');
    return this.#table;
  }

  /** The table of connections. */
  get tableName(): string {
    return only(
      this.stack.tableNames.filter((name) => name.includes('Connections')),
      'table of connections',
    );
  }

  /** The name of the one secret that has `part` in its name. */
  secretNameLike(part: string): string {
    return only(
      this.stack.secretNames.filter((name) => name.includes(part)),
      `secret ${part}`,
    );
  }

  async start(): Promise<void> {
    this.#stack = await start({
      host: '127.0.0.1',
      webSocketPort: 0,
      textPort: 0,
      httpPort: 0,
      assemblyDirectory: await this.#assembly(),
      ...this.#options,
      faults: this.faults,
      onLog: (source, line) => {
        if (!isPrivate(line)) this.#indiscreet.push(`${source}: ${line}`);
        this.#options.onLog?.(source, line);
      },
    });
    this.#table = new DynamoDbConnectionTable(this.#dynamoDb, this.tableName);
  }

  /** Without identity or context of its own, the assembly that was synthesised for all tests. */
  #assembly(): Promise<string> | string {
    const { identity, context } = this.#options;
    if (!identity && !context) return inject('assemblyDirectory');
    return assemblyWith(contextOf({ identity: 'claimed', ...this.#options }));
  }

  get #dynamoDb() {
    return documentClient({
      endpoint: this.stack.tableEndpoint,
      caller: { accessKeyId: 'local', secretAccessKey: 'local', region: 'local' },
    });
  }

  async stop(): Promise<void> {
    await this.stack.stop();
    expect(this.#indiscreet).toEqual([]);
  }

  async connectionsOf(uid: string): Promise<number> {
    return (await this.#idsOf(uid)).length;
  }

  async #idsOf(uid: string): Promise<string[]> {
    return (await this.table.connectionsOf(uid, Date.now())).map(({ connectionId }) => connectionId);
  }

  get groupTable(): DynamoDbGroupTable {
    const name = only(
      this.stack.tableNames.filter((one) => one.includes('Groups')),
      'table of groups',
    );
    return new DynamoDbGroupTable(this.#dynamoDb, name, this.tableName);
  }

  /** Puts so many connections into a group that no socket stands for, and to which every post fails. */
  async fillGroup(group: string, connections: number): Promise<void> {
    const { groupTable } = this;
    const expiresAt = Math.ceil(Date.now() / 1_000) + 600;
    const limit = pLimit(50);
    await Promise.all(
      Array.from({ length: connections }, (_, n) =>
        limit(() =>
          groupTable.putRow(group, smallLayout, {
            uid: `${n}`,
            // API Gateway says of such an id that it is none: no more is asked about it.
            connectionId: `c${n}=`,
            isFramed: true,
            expiresAt,
          }),
        ),
      ),
    );
  }

  /** A browser that has connected and said nothing. */
  async socket(): Promise<QueueingClient> {
    const client = await QueueingClient.connect(this.stack.outputs.WebSocketUrl);
    onTestFinished(async () => {
      await client.close();
    });
    return client;
  }

  /** A browser that has connected and whose registration as `uid` is in the table. */
  async browser(uid: string): Promise<QueueingClient> {
    const before = await this.#idsOf(uid);
    const client = await this.socket();
    client.send(uid);
    // Others of this uid may come and go meanwhile.
    const newIds = async () => (await this.#idsOf(uid)).filter((id) => !before.includes(id));
    await expect.poll(newIds, patience).toHaveLength(1);
    return client;
  }

  /** A program that speaks the Text protocol. */
  async sender(): Promise<Sender> {
    const sender = await Sender.connect(Number(this.stack.outputs.TextEndpoint!.split(':')[1]));
    onTestFinished(() => {
      sender.socket.destroy();
    });
    return sender;
  }

  /** Sends lines as one program, and resolves to their answers. */
  async answersTo(...lines: (string | Uint8Array)[]): Promise<string[]> {
    const sender = await this.sender();
    for (const line of lines) {
      sender.send(line);
      sender.send('\n');
    }
    return sender.answers(lines.length);
  }

  async push(message: string): Promise<PushResult> {
    return (await this.request('POST', 'push', { body: message })).json();
  }

  /** Pushes `{"uid":…,"n":0}`, 1, 2 … at 20 a second, until it is enough. Resolves to how many that were. */
  async pushSteadily(uid: string, isEnough: () => boolean | Promise<boolean>): Promise<number> {
    for (let n = 0; ; n++) {
      if (await isEnough()) return n;
      await new Promise<void>((resolve) => void systemClock.after(50, resolve));
      expect(await this.push(JSON.stringify({ uid, n }))).toMatchObject({ uid, failed: 0 });
    }
  }

  request(method: string, path: string, options: RequestInit = {}): Promise<Response> {
    return fetch(`${this.stack.outputs.PushUrl}${path}`, { method, ...options });
  }

  async json<Answer>(method: string, path: string): Promise<Answer> {
    return (await this.request(method, path)).json();
  }
}

/** Starts a stack before the tests of a file and stops it after them. */
export function runStack(options: StackOptions = {}): RunningStack {
  const running = new RunningStack(options);
  beforeAll(() => running.start());
  afterAll(() => running.stop());
  return running;
}
