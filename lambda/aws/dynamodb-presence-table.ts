import { createHash } from 'node:crypto';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  paginateQuery,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { TableAttribute } from '../names.ts';
import { dueSpanOf } from '../presence/due.ts';
import type { DueTable, Presence, PresenceTable } from '../presence/presence-table.ts';
import { batchGet, getItem, type Item, ifNone, isWritten } from './dynamodb.ts';

const { partitionKey, sortKey, expiresAt } = TableAttribute;

/**
 * Parts of a span of looks that are due: a partition takes 1,000 writes per second.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 */
const dueParts = 10;

/** How long a uid that has left is remembered, and a look that is due. After that, epochs go on with the time. */
const keptMs = 30 * 86_400_000;

/**
 * In the table of the stored messages, since broadcasts read all of the other:
 *
 * | item     | pk                     | sk         | attributes                                             |
 * |----------|------------------------|------------|--------------------------------------------------------|
 * | presence | `presence#<uid>`       | `presence` | as `Presence`; `expiresAt` of a uid that is offline    |
 * | due look | `due#<span>#<part>`    | `<uid>`    | expiresAt                                              |
 * | sweep    | `due`                  | `swept`    | span: the last one that was swept                      |
 */
export class DynamoDbPresenceTable implements PresenceTable, DueTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  async presenceOf(uid: string): Promise<Presence | undefined> {
    const item = await getItem(this.#client, this.#tableName, presenceKey(uid));
    return item && presenceFrom(item);
  }

  async presencesOf(uids: readonly string[]): Promise<(Presence | undefined)[]> {
    if (uids.length === 0) return [];
    const items = await batchGet(
      this.#client,
      uids.map((uid) => ({ tableName: this.#tableName, key: presenceKey(uid) })),
    );
    return items.map((item) => item && presenceFrom(item));
  }

  async change(uid: string, before: Presence | undefined, after: Presence): Promise<boolean> {
    const condition =
      before === undefined
        ? ifNone
        : {
            ConditionExpression: `epoch = :epoch AND ${before.leftAt === undefined ? 'attribute_not_exists(leftAt)' : 'leftAt = :leftAt'}`,
            ExpressionAttributeValues: {
              ':epoch': before.epoch,
              ...(before.leftAt !== undefined && { ':leftAt': before.leftAt }),
            },
          };
    const Item = {
      ...presenceKey(uid),
      ...after,
      ...(!after.isOnline && { [expiresAt]: Math.ceil((after.at + keptMs) / 1_000) }),
    };
    return isWritten(this.#client.send(new PutCommand({ TableName: this.#tableName, Item, ...condition })));
  }

  async noteLeft(uid: string, now: number): Promise<boolean> {
    return isWritten(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: presenceKey(uid),
          UpdateExpression: 'SET leftAt = :now',
          ConditionExpression: 'isOnline = :true',
          ExpressionAttributeValues: { ':now': now, ':true': true },
        }),
      ),
    );
  }

  async noteTold(uid: string, epoch: number): Promise<void> {
    await isWritten(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: presenceKey(uid),
          UpdateExpression: 'SET told = :epoch',
          ConditionExpression: 'epoch = :epoch',
          ExpressionAttributeValues: { ':epoch': epoch },
        }),
      ),
    );
  }

  async addDue(uid: string, dueAt: number): Promise<void> {
    const Item = { ...dueKey(uid, dueSpanOf(dueAt)), [expiresAt]: Math.ceil((dueAt + keptMs) / 1_000) };
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item }));
  }

  async *dueIn(span: number): AsyncIterable<readonly string[]> {
    for (let part = 0; part < dueParts; part++) {
      const pages = paginateQuery(
        { client: this.#client },
        {
          TableName: this.#tableName,
          ConsistentRead: true,
          KeyConditionExpression: '#pk = :part',
          ExpressionAttributeNames: { '#pk': partitionKey },
          ExpressionAttributeValues: { ':part': duePartition(span, part) },
        },
      );
      for await (const { Items = [] } of pages) yield Items.map((item) => String(item[sortKey]));
    }
  }

  async removeDue(uid: string, span: number): Promise<void> {
    await this.#client.send(new DeleteCommand({ TableName: this.#tableName, Key: dueKey(uid, span) }));
  }

  async sweptThrough(): Promise<number | undefined> {
    const item = await getItem(this.#client, this.#tableName, sweptKey);
    return item && Number(item.span);
  }

  async noteSwept(span: number): Promise<void> {
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item: { ...sweptKey, span } }));
  }
}

export function presenceKey(uid: string): Item {
  return { [partitionKey]: `presence#${uid}`, [sortKey]: 'presence' };
}

function presenceFrom(item: Item): Presence {
  const { leftAt, dueAt } = item;
  return {
    isOnline: item.isOnline === true,
    epoch: Number(item.epoch),
    at: Number(item.at),
    connections: Number(item.connections),
    told: Number(item.told),
    ...(leftAt !== undefined && { leftAt: Number(leftAt) }),
    ...(dueAt !== undefined && { dueAt: Number(dueAt) }),
    ...(item.isForPages === true && { isForPages: true }),
  };
}

const sweptKey = { [partitionKey]: 'due', [sortKey]: 'swept' };

function duePartition(span: number, part: number): string {
  return `due#${span}#${part}`;
}

function dueKey(uid: string, span: number): Item {
  const part = createHash('sha256').update(uid).digest().readUInt8(0) % dueParts;
  return { [partitionKey]: duePartition(span, part), [sortKey]: uid };
}
