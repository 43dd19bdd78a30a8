import { type DynamoDb, isWritten, queryPages, scanPages } from '../aws/dynamodb.ts';
import { TableAttribute } from '../names.ts';
import type { Connection, ConnectionTable, OnlineUid, Registration } from './connection-table.ts';
import * as items from './items.ts';

export class DynamoDbConnectionTable implements ConnectionTable {
  readonly #dynamoDb: DynamoDb;
  readonly #tableName: string;

  constructor(dynamoDb: DynamoDb, tableName: string) {
    this.#dynamoDb = dynamoDb;
    this.#tableName = tableName;
  }

  async connectionsOf(uid: string, now: number): Promise<Connection[]> {
    const pages = queryPages(this.#dynamoDb, {
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
      ExpressionAttributeValues: { ':uid': items.uidPartition(uid), ':now': { N: String(now / 1000) } },
    });
    const connections: Connection[] = [];
    for await (const page of pages) {
      for (const item of page.Items ?? []) connections.push(items.connectionFrom(item));
    }
    return connections;
  }

  async onlineUids(limit: number, after: string | undefined, now: number): Promise<OnlineUid[]> {
    const pages = scanPages(this.#dynamoDb, {
      TableName: this.#tableName,
      ...(after === undefined ? {} : { ExclusiveStartKey: items.keyAfterUid(after) }),
      ConsistentRead: true,
      ...items.onlyOpenConnections(now),
    });
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

  async addConnection(uid: string, connection: Connection): Promise<void> {
    const Item = items.connectionItem(uid, connection);
    await this.#dynamoDb.call('PutItem', { TableName: this.#tableName, Item });
  }

  async removeConnection(uid: string, connectionId: string): Promise<void> {
    const Key = items.connectionKey(uid, connectionId);
    await this.#dynamoDb.call('DeleteItem', { TableName: this.#tableName, Key });
  }

  async registrationOf(connectionId: string): Promise<Registration | undefined> {
    const Key = items.registrationKey(connectionId);
    const { Item } = await this.#dynamoDb.call('GetItem', {
      TableName: this.#tableName,
      Key,
      ConsistentRead: true,
    });
    return Item && items.registrationFrom(Item);
  }

  async addFirstRegistration(
    connectionId: string,
    registration: Registration,
    expiresAt: number,
  ): Promise<boolean> {
    return isWritten(
      this.#dynamoDb.call('PutItem', {
        TableName: this.#tableName,
        Item: items.registrationItem(connectionId, registration, expiresAt),
        ConditionExpression: 'attribute_not_exists(#pk)',
        ExpressionAttributeNames: { '#pk': TableAttribute.partitionKey },
      }),
    );
  }

  async takeRegistration(connectionId: string): Promise<Registration | undefined> {
    const Key = items.registrationKey(connectionId);
    const { Attributes } = await this.#dynamoDb.call('DeleteItem', {
      TableName: this.#tableName,
      Key,
      ReturnValues: 'ALL_OLD',
    });
    return Attributes && items.registrationFrom(Attributes);
  }
}
