import { randomUUID } from 'node:crypto';
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type {
  GroupRow,
  GroupTable,
  ListedMember,
  Membership,
  Memberships,
  Standing,
  StoredVisit,
  Visit,
} from '../groups/group-table.ts';
import { grown, type Layout, livingDigits, type RowRange } from '../groups/layout.ts';
import { TableAttribute } from '../names.ts';
import { connectionFrom, connectionKey } from './connection-items.ts';
import { batchGet, getItem, type Item, ifNone, isWritten } from './dynamodb.ts';
import * as items from './group-items.ts';
import { isOpen, type Query, rowsInOrder, rowsOf, rowsOfUid } from './group-rows.ts';

const { partitionKey, expiresAt } = TableAttribute;

export class DynamoDbGroupTable implements GroupTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #connectionTable: string;
  readonly #query: Query;

  constructor(client: DynamoDBDocumentClient, tableName: string, connectionTable: string) {
    this.#client = client;
    this.#tableName = tableName;
    this.#connectionTable = connectionTable;
    this.#query = async function* query(input) {
      for await (const page of paginateQuery(
        { client },
        { ...input, TableName: tableName, ConsistentRead: true },
      )) {
        yield* page.Items ?? [];
      }
    };
  }

  async standing(uid: string, connectionId: string, groups: readonly string[]): Promise<Standing> {
    const tableName = this.#tableName;
    const [connection, memberships, visit, ...layouts] = await batchGet(this.#client, [
      { tableName: this.#connectionTable, key: connectionKey(uid, connectionId) },
      { tableName, key: items.membershipsKey(uid) },
      { tableName, key: items.visitKey(uid, connectionId) },
      ...groups.map((group) => ({ tableName, key: items.layoutKey(group) })),
    ]);
    return {
      ...(connection && { connection: connectionFrom(connection) }),
      memberships: items.membershipsFrom(memberships),
      ...(visit && { visit: items.visitFrom(visit) }),
      layouts: new Map(groups.map((group, index) => [group, items.layoutFrom(layouts[index])])),
    };
  }

  async membershipsOf(uid: string): Promise<Memberships> {
    const item = await this.#get(items.membershipsKey(uid));
    return {
      memberships: items.membershipsFrom(item),
      ...(item && { version: String(item.version) }),
    };
  }

  replaceMemberships(
    uid: string,
    version: string | undefined,
    memberships: readonly Membership[],
  ): Promise<boolean> {
    const key = items.membershipsKey(uid);
    if (memberships.length === 0) return this.#replace(key, version, undefined);
    return this.#replace(key, version, { groups: memberships });
  }

  async visitOf(uid: string, connectionId: string): Promise<StoredVisit | undefined> {
    const item = await this.#get(items.visitKey(uid, connectionId));
    return item && items.visitFrom(item);
  }

  async visitsOf(uid: string, now: number): Promise<StoredVisit[]> {
    const visits: StoredVisit[] = [];
    const query = {
      ...isOpen,
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :visit)',
      ExpressionAttributeValues: {
        ':pk': items.uidPartition(uid),
        ':visit': items.visitKeyPrefix,
        ':now': now / 1_000,
      },
    };
    for await (const item of this.#query(query)) visits.push(items.visitFrom(item));
    return visits;
  }

  replaceVisit(
    uid: string,
    connectionId: string,
    version: string | undefined,
    visit: Visit | undefined,
    expiry: number,
  ): Promise<boolean> {
    const attributes = visit && { ...items.visitAttributes(visit), [expiresAt]: expiry };
    return this.#replace(items.visitKey(uid, connectionId), version, attributes);
  }

  async layoutOf(group: string): Promise<Layout> {
    return items.layoutFrom(await this.#get(items.layoutKey(group)));
  }

  /**
   * Two pushes that find a group large write the same, or the second is refused:
   *
   *     push                       push
   *     ── read: 0 digits
   *                                ── read: 0 digits
   *     ── put 1 digit if 0
   *                                ── put 1 digit if 0 ✗
   */
  async growLayout(group: string, before: Layout, now: number): Promise<void> {
    await isWritten(
      this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: { ...items.layoutKey(group), ...grown(before, now) },
          ConditionExpression: before.digits === 0 ? 'attribute_not_exists(digits)' : 'digits = :before',
          ...(before.digits > 0 && { ExpressionAttributeValues: { ':before': before.digits } }),
        }),
      ),
    );
  }

  async putRow(group: string, layout: Layout, row: GroupRow): Promise<void> {
    const Item = items.rowItem(group, layout, row);
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item }));
  }

  async removeRow(
    group: string,
    layout: Layout,
    uid: string,
    connectionId: string,
    now: number,
  ): Promise<void> {
    const places = livingDigits(layout, now);
    const keys = places.map((digits) => items.rowKey(group, digits, uid, connectionId));
    await Promise.all(keys.map((Key) => this.#delete(Key)));
  }

  rowsOf(group: string, now: number, max: number): Promise<{ rows: GroupRow[]; layout: Layout }> {
    return rowsOf(this.#query, group, now, max);
  }

  rowsOfUid(group: string, layout: Layout, uid: string, now: number): Promise<GroupRow[]> {
    return rowsOfUid(this.#query, group, layout, uid, now);
  }

  rowsInOrder(group: string, layout: Layout, range: RowRange, now: number): AsyncGenerator<GroupRow> {
    return rowsInOrder(this.#query, group, layout, range, now);
  }

  async listMember(group: string, member: ListedMember): Promise<void> {
    const Item = items.memberItem(group, member);
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item }));
  }

  async unlistMember(group: string, uid: string): Promise<void> {
    await this.#delete(items.memberKey(group, uid));
  }

  async listedMembers(
    group: string,
    limit: number,
    after: string | undefined,
    now: number,
  ): Promise<ListedMember[]> {
    const members: ListedMember[] = [];
    const query = {
      ...membersQuery(group, now),
      Limit: limit,
      ...(after !== undefined && { ExclusiveStartKey: items.memberKey(group, after) }),
    };
    for await (const item of this.#query(query)) {
      members.push(items.memberFrom(item));
      if (members.length === limit) break;
    }
    return members;
  }

  async countListed(group: string, now: number): Promise<number> {
    let count = 0;
    const pages = paginateQuery(
      { client: this.#client },
      { ...membersQuery(group, now), TableName: this.#tableName, Select: 'COUNT' },
    );
    for await (const page of pages) count += page.Count ?? 0;
    return count;
  }

  /**
   * Writes an item as a whole, in place of the version that was read, or deletes it:
   *
   *     backend                        another backend
   *     ── read: a, version 1
   *                                    ── read: a, version 1
   *     ── put a, b if version 1
   *                                    ── put a, c if version 1 ✗ (it reads again, and puts a, b, c)
   *
   * No version comes again, so one that was deleted and made anew is another.
   */
  #replace(Key: Item, version: string | undefined, attributes: Item | undefined): Promise<boolean> {
    const TableName = this.#tableName;
    const condition =
      version === undefined
        ? ifNone
        : {
            ConditionExpression: '#version = :version',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':version': version },
          };
    if (attributes === undefined) {
      return isWritten(this.#client.send(new DeleteCommand({ TableName, Key, ...condition })));
    }
    const Item = { ...Key, ...attributes, version: randomUUID() };
    return isWritten(this.#client.send(new PutCommand({ TableName, Item, ...condition })));
  }

  #get(key: Item): Promise<Item | undefined> {
    return getItem(this.#client, this.#tableName, key);
  }

  async #delete(Key: Item): Promise<void> {
    await this.#client.send(new DeleteCommand({ TableName: this.#tableName, Key }));
  }
}

/** Those who are in for good, and those whose time is not over. */
function membersQuery(group: string, now: number) {
  return {
    KeyConditionExpression: '#pk = :pk',
    FilterExpression: 'attribute_not_exists(#until) OR #until > :now',
    ExpressionAttributeNames: { '#pk': partitionKey, '#until': 'until' },
    ExpressionAttributeValues: { ':pk': items.membersPartition(group), ':now': now },
  };
}
