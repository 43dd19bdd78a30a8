import { paginateQuery, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { TableAttribute } from '../names.ts';
import type {
  Connection,
  ConnectionTable,
  ModeAndTime,
  OnlineUid,
  Registered,
  Registration,
} from '../table/connection-table.ts';
import * as items from './connection-items.ts';
import { getItem, type Item, isWritten, putIfNone, type TableClient, unlessRefused } from './dynamodb.ts';

export class DynamoDbConnectionTable implements ConnectionTable {
  readonly #client: TableClient;
  readonly #tableName: string;

  constructor(client: TableClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  async connectionsOf(uid: string, now: number): Promise<Connection[]> {
    const connections: Connection[] = [];
    for await (const page of this.#pagesOf(uid, now)) {
      for (const item of page.Items ?? []) connections.push(items.connectionFrom(unmarshall(item)));
    }
    return connections;
  }

  async hasConnections(uid: string, now: number): Promise<boolean> {
    // As many as one unit read has, more or less.
    for await (const { Count = 0 } of this.#pagesOf(uid, now, 25)) if (Count > 0) return true;
    return false;
  }

  async onlineUids(limit: number, after: string | undefined, now: number): Promise<OnlineUid[]> {
    const pages = paginateScan(
      { client: this.#client },
      {
        TableName: this.#tableName,
        ...(after === undefined ? {} : { ExclusiveStartKey: items.keyAfterUid(after) }),
        ConsistentRead: true,
        ...items.onlyOpenConnections(now),
      },
    );
    // A scan gives the items of one partition key one after the other.
    const online: OnlineUid[] = [];
    for await (const page of pages) {
      for (const item of page.Items ?? []) {
        const { uid } = items.recipientFrom(item);
        const last = online.at(-1);
        if (last?.uid === uid) last.connections++;
        else if (online.length === limit) return online;
        else online.push({ uid, connections: 1 });
      }
    }
    return online;
  }

  async connectionOf(uid: string, connectionId: string): Promise<Connection | undefined> {
    const Item = await this.#read(items.connectionKey(uid, connectionId));
    return Item && items.connectionFrom(Item);
  }

  async addConnection(uid: string, connection: Connection): Promise<Connection | undefined> {
    const { expiresAt, ...kept } = items.connectionAttributes(connection);
    const output = await unlessRefused(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: items.connectionKey(uid, connection.connectionId),
          UpdateExpression: `SET #expiresAt = :expiresAt, ${Object.keys(kept)
            .map((name) => `${name} = if_not_exists(${name}, :${name})`)
            .join(', ')}`,
          ConditionExpression: 'attribute_not_exists(#expiresAt) OR #expiresAt < :expiresAt',
          ExpressionAttributeNames: { '#expiresAt': TableAttribute.expiresAt },
          ExpressionAttributeValues: items.expressionValues({ ...kept, expiresAt }),
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return output?.Attributes && items.connectionFrom(output.Attributes);
  }

  async replaceConnection(
    uid: string,
    connectionId: string,
    before: ModeAndTime,
    after: ModeAndTime,
  ): Promise<boolean> {
    const old = items.modeAndTime(before);
    return isWritten(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: items.connectionKey(uid, connectionId),
          UpdateExpression: 'SET registeredAt = :registeredAt, framed = :framed',
          ConditionExpression: 'registeredAt = :oldRegisteredAt AND framed = :oldFramed',
          ExpressionAttributeValues: items.expressionValues({
            ...items.modeAndTime(after),
            oldRegisteredAt: old.registeredAt,
            oldFramed: old.framed,
          }),
        }),
      ),
    );
  }

  async removeConnection(uid: string, connectionId: string, expected?: ModeAndTime): Promise<void> {
    const Key = items.connectionKey(uid, connectionId);
    const condition = expected && {
      ConditionExpression: 'registeredAt = :registeredAt AND framed = :framed',
      ExpressionAttributeValues: items.expressionValues(items.modeAndTime(expected)),
    };
    await isWritten(this.#client.send(new DeleteCommand({ TableName: this.#tableName, Key, ...condition })));
  }

  async registrationOf(connectionId: string): Promise<Registration | undefined> {
    const Item = await this.#read(items.registrationKey(connectionId));
    return Item && items.registrationFrom(Item);
  }

  async addFirstRegistration(
    connectionId: string,
    registration: Registration,
    expiresAt: number,
  ): Promise<boolean> {
    const item = items.registrationItem(connectionId, registration, expiresAt);
    return putIfNone(this.#client, this.#tableName, item);
  }

  async replaceRegistration(
    connectionId: string,
    before: Registered,
    registration: Registered,
  ): Promise<boolean> {
    const old = items.registeredAttributes(before);
    return isWritten(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: items.registrationKey(connectionId),
          UpdateExpression: 'SET uid = :uid, registeredAt = :registeredAt, framed = :framed',
          ConditionExpression: 'uid = :oldUid AND registeredAt = :oldRegisteredAt AND framed = :oldFramed',
          ExpressionAttributeValues: items.expressionValues({
            ...items.registeredAttributes(registration),
            oldUid: old.uid,
            oldRegisteredAt: old.registeredAt,
            oldFramed: old.framed,
          }),
        }),
      ),
    );
  }

  async takeRegistration(connectionId: string): Promise<Registered | undefined> {
    const taken = await unlessRefused(
      this.#client.send(
        new DeleteCommand({
          TableName: this.#tableName,
          Key: items.registrationKey(connectionId),
          ConditionExpression: 'attribute_exists(uid)',
          ReturnValues: 'ALL_OLD',
        }),
      ),
    );
    const registration = taken?.Attributes && items.registrationFrom(taken.Attributes);
    return registration && 'uid' in registration ? registration : undefined;
  }

  async markClosed(connectionId: string, expiresAt: number): Promise<Registration | undefined> {
    const { Attributes } = await this.#client.send(
      new PutCommand({
        TableName: this.#tableName,
        Item: items.registrationItem(connectionId, { closed: true }, expiresAt),
        ReturnValues: 'ALL_OLD',
      }),
    );
    return Attributes && items.registrationFrom(Attributes);
  }

  /** Pushes to many uids consist of these, and of posts. */
  #pagesOf(uid: string, now: number, pageSize?: number): AsyncIterable<QueryCommandOutput> {
    return paginateQuery(
      { client: this.#client.queries, ...(pageSize !== undefined && { pageSize }) },
      {
        TableName: this.#tableName,
        ConsistentRead: true,
        KeyConditionExpression: '#pk = :uid',
        // TTL deletes late (typically within days), so an expired item may still be here.
        // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html
        FilterExpression: '#expiresAt > :now',
        ExpressionAttributeNames: {
          '#pk': TableAttribute.partitionKey,
          '#expiresAt': TableAttribute.expiresAt,
        },
        ExpressionAttributeValues: marshall({ ':uid': items.uidPartition(uid), ':now': now / 1000 }),
      },
    );
  }

  #read(key: Item): Promise<Item | undefined> {
    return getItem(this.#client, this.#tableName, key);
  }
}
