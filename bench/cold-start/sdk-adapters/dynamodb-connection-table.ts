import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { TableAttribute } from '../../../lambda/names.ts';
import type {
  Connection,
  ConnectionTable,
  OnlineUid,
  Registration,
} from '../../../lambda/table/connection-table.ts';
import * as items from '../../../lambda/table/items.ts';

/** `lambda/table/dynamodb-connection-table.ts` on the AWS SDK. */
export class SdkConnectionTable implements ConnectionTable {
  readonly #client: DynamoDBClient;
  readonly #tableName: string;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  async connectionsOf(uid: string, now: number): Promise<Connection[]> {
    const pages = paginateQuery(
      { client: this.#client },
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
        ExpressionAttributeValues: { ':uid': items.uidPartition(uid), ':now': { N: String(now / 1000) } },
      },
    );
    const connections: Connection[] = [];
    for await (const page of pages) {
      for (const item of page.Items ?? []) connections.push(items.connectionFrom(item));
    }
    return connections;
  }

  async onlineUids(limit: number, after: string | undefined, now: number): Promise<OnlineUid[]> {
    const pages = paginateScan(
      { client: this.#client, ...(after === undefined ? {} : { startingToken: items.keyAfterUid(after) }) },
      {
        TableName: this.#tableName,
        ConsistentRead: true,
        FilterExpression: 'begins_with(#sk, :connection) AND #expiresAt > :now',
        ExpressionAttributeNames: { '#sk': TableAttribute.sortKey, '#expiresAt': TableAttribute.expiresAt },
        ExpressionAttributeValues: {
          ':connection': { S: items.connectionPrefix },
          ':now': { N: String(now / 1000) },
        },
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

  async addConnection(uid: string, connection: Connection): Promise<void> {
    const Item = items.connectionItem(uid, connection);
    await this.#client.send(new PutItemCommand({ TableName: this.#tableName, Item }));
  }

  async removeConnection(uid: string, connectionId: string): Promise<void> {
    const Key = items.connectionKey(uid, connectionId);
    await this.#client.send(new DeleteItemCommand({ TableName: this.#tableName, Key }));
  }

  async registrationOf(connectionId: string): Promise<Registration | undefined> {
    const Key = items.registrationKey(connectionId);
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#tableName, Key, ConsistentRead: true }),
    );
    return Item && items.registrationFrom(Item);
  }

  async addFirstRegistration(
    connectionId: string,
    registration: Registration,
    expiresAt: number,
  ): Promise<boolean> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#tableName,
          Item: items.registrationItem(connectionId, registration, expiresAt),
          ConditionExpression: 'attribute_not_exists(#pk)',
          ExpressionAttributeNames: { '#pk': TableAttribute.partitionKey },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async takeRegistration(connectionId: string): Promise<Registration | undefined> {
    const Key = items.registrationKey(connectionId);
    const { Attributes } = await this.#client.send(
      new DeleteItemCommand({ TableName: this.#tableName, Key, ReturnValues: 'ALL_OLD' }),
    );
    return Attributes && items.registrationFrom(Attributes);
  }
}
