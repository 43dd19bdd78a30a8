import { IDEMPOTENCY_SECONDS } from '../../protocol/limits.ts';
import type { KeyedRequest, RequestTable } from '../idempotency/request-table.ts';
import { TableAttribute } from '../names.ts';
import type { Item } from './connection-items.ts';
import { type DynamoDb, isWritten } from './dynamodb.ts';

const { partitionKey, sortKey, expiresAt } = TableAttribute;

/**
 * In the table of the stored messages:
 *
 * | item    | pk                   | sk        | attributes                                                            |
 * |---------|----------------------|-----------|-----------------------------------------------------------------------|
 * | request | `idempotency#<name>` | `request` | id, fingerprint, startedAt, triedSeq, mayBeDone, answer, expiresAt    |
 */
export class DynamoDbRequestTable<Answer extends object> implements RequestTable<Answer> {
  readonly #dynamoDb: DynamoDb;
  readonly #tableName: string;

  constructor(dynamoDb: DynamoDb, tableName: string) {
    this.#dynamoDb = dynamoDb;
    this.#tableName = tableName;
  }

  async begin(name: string, { id, fingerprint, startedAt }: KeyedRequest<Answer>): Promise<boolean> {
    const seconds = startedAt / 1_000;
    return isWritten(
      this.#dynamoDb.call('PutItem', {
        TableName: this.#tableName,
        Item: {
          ...keyOf(name),
          id: { S: id },
          fingerprint: { S: fingerprint },
          startedAt: { N: String(startedAt) },
          [expiresAt]: { N: String(Math.ceil(seconds) + IDEMPOTENCY_SECONDS) },
        },
        // DynamoDB deletes late.
        ConditionExpression: 'attribute_not_exists(#pk) OR #expiresAt <= :now',
        ExpressionAttributeNames: { '#pk': partitionKey, '#expiresAt': expiresAt },
        ExpressionAttributeValues: { ':now': { N: String(seconds) } },
      }),
    );
  }

  async requestOf(name: string, now: number): Promise<KeyedRequest<Answer> | undefined> {
    const { Item } = await this.#dynamoDb.call('GetItem', {
      TableName: this.#tableName,
      Key: keyOf(name),
      ConsistentRead: true,
    });
    return Item && Number(Item[expiresAt]?.N) > now / 1_000 ? requestFrom(Item) : undefined;
  }

  takeOver(name: string, from: number, startedAt: number): Promise<boolean> {
    return this.#update(name, from, 'SET startedAt = :value', { N: String(startedAt) });
  }

  async noteAttempt(name: string, startedAt: number, seq: number): Promise<void> {
    const isMine = await this.#update(name, startedAt, 'SET triedSeq = :value', { N: String(seq) });
    if (!isMine) throw new Error('Another function has taken this request over.');
  }

  async finish(name: string, startedAt: number, answer: Answer): Promise<void> {
    await this.#update(name, startedAt, 'SET answer = :value', { S: JSON.stringify(answer) });
  }

  async release(name: string, startedAt: number, mayBeDone: boolean): Promise<void> {
    const change = mayBeDone ? 'SET startedAt = :value, mayBeDone = :true' : 'SET startedAt = :value';
    await this.#update(name, startedAt, change, { N: '0' }, mayBeDone ? { ':true': { BOOL: true } } : {});
  }

  /** Changes an unanswered request of the function that began at `owner`. Whether it was its. */
  #update(
    name: string,
    owner: number,
    UpdateExpression: string,
    value: Item[string],
    otherValues: Item = {},
  ): Promise<boolean> {
    return isWritten(
      this.#dynamoDb.call('UpdateItem', {
        TableName: this.#tableName,
        Key: keyOf(name),
        UpdateExpression,
        ConditionExpression: 'startedAt = :owner AND attribute_not_exists(answer)',
        ExpressionAttributeValues: { ':owner': { N: String(owner) }, ':value': value, ...otherValues },
      }),
    );
  }
}

function keyOf(name: string): Item {
  return { [partitionKey]: { S: `idempotency#${name}` }, [sortKey]: { S: 'request' } };
}

function requestFrom<Answer extends object>(item: Item): KeyedRequest<Answer> {
  const { id, fingerprint, startedAt, triedSeq, mayBeDone, answer } = item;
  return {
    id: id?.S ?? '',
    fingerprint: fingerprint?.S ?? '',
    startedAt: Number(startedAt?.N),
    ...(triedSeq && { triedSeq: Number(triedSeq.N) }),
    ...(mayBeDone && { mayBeDone: true }),
    ...(answer?.S !== undefined && { answer: JSON.parse(answer.S) }),
  };
}
