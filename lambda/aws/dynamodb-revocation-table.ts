import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Revocation, RevocationTable } from '../identity/revocation.ts';
import { TableAttribute } from '../names.ts';
import { getItem, type Item, isWritten } from './dynamodb.ts';

const { partitionKey, sortKey, expiresAt } = TableAttribute;

/**
 * In the table of the stored messages, since a lookup reads all of a uid's items in the table of connections:
 *
 * | item       | pk          | sk           | attributes                                               |
 * |------------|-------------|--------------|----------------------------------------------------------|
 * | revocation | `uid#<uid>` | `revocation` | revokedThrough in epoch seconds, blockedUntil, expiresAt |
 */
export class DynamoDbRevocationTable implements RevocationTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  async revocationOf(uid: string): Promise<Revocation | undefined> {
    const item = await getItem(this.#client, this.#tableName, keyOf(uid));
    return item && revocationFrom(item);
  }

  async revoke(uid: string, through: number, expiry: number): Promise<void> {
    await this.#raise(uid, expiresAt, expiry);
    await this.#raise(uid, 'revokedThrough', through);
  }

  async block(uid: string, until: number): Promise<void> {
    await this.#raise(uid, expiresAt, Math.ceil(until / 1_000));
    await this.#client.send(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: keyOf(uid),
        UpdateExpression: 'SET blockedUntil = :until',
        ExpressionAttributeValues: { ':until': until },
      }),
    );
  }

  /**
   * Sets an attribute unless it is higher. The item's end is raised before anything else is written, so that it lasts
   * as long as the longest of what is in it:
   *
   *     block for a day            revoke, tokens last for an hour
   *     ── end: a day
   *                                ── end: an hour ✗
   *                                ── revokedThrough
   *     ── blockedUntil
   */
  async #raise(uid: string, attribute: string, value: number): Promise<void> {
    await isWritten(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: keyOf(uid),
          UpdateExpression: 'SET #attribute = :value',
          ConditionExpression: 'attribute_not_exists(#attribute) OR #attribute < :value',
          ExpressionAttributeNames: { '#attribute': attribute },
          ExpressionAttributeValues: { ':value': value },
        }),
      ),
    );
  }
}

function keyOf(uid: string): Item {
  return { [partitionKey]: `uid#${uid}`, [sortKey]: 'revocation' };
}

function revocationFrom({ revokedThrough, blockedUntil }: Item): Revocation {
  return {
    ...(revokedThrough !== undefined && { revokedThrough: Number(revokedThrough) }),
    ...(blockedUntil !== undefined && { blockedUntil: Number(blockedUntil) }),
  };
}
