import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { IDEMPOTENCY_SECONDS } from '../../protocol/limits.ts';
import type { KeyedRequest, RequestTable } from '../idempotency/request-table.ts';
import { TableAttribute } from '../names.ts';
import { getItem, type Item, isWritten } from './dynamodb.ts';

const { partitionKey, sortKey, expiresAt } = TableAttribute;

/**
 * In the table of the stored messages:
 *
 * | item    | pk                   | sk        | attributes |
 * |---------|----------------------|-----------|------------|
 * | request | `idempotency#<name>` | `request` | id, fingerprint, startedAt, triedSeq, mayBeDone, answer, expiresAt |
 */
export class DynamoDbRequestTable<Answer extends object> implements RequestTable<Answer> {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  async begin(name: string, { id, fingerprint, startedAt }: KeyedRequest<Answer>): Promise<boolean> {
    const seconds = startedAt / 1_000;
    return isWritten(
      this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: {
            ...keyOf(name),
            id,
            fingerprint,
            startedAt,
            [expiresAt]: Math.ceil(seconds) + IDEMPOTENCY_SECONDS,
          },
          // DynamoDB deletes late.
          ConditionExpression: 'attribute_not_exists(#pk) OR #expiresAt <= :now',
          ExpressionAttributeNames: { '#pk': partitionKey, '#expiresAt': expiresAt },
          ExpressionAttributeValues: { ':now': seconds },
        }),
      ),
    );
  }

  async requestOf(name: string, now: number): Promise<KeyedRequest<Answer> | undefined> {
    const item = await getItem(this.#client, this.#tableName, keyOf(name));
    return item && Number(item[expiresAt]) > now / 1_000 ? requestFrom(item) : undefined;
  }

  takeOver(name: string, from: number, startedAt: number): Promise<boolean> {
    return this.#update(name, from, 'SET startedAt = :value', startedAt);
  }

  async recordAttempt(name: string, startedAt: number, seq: number): Promise<void> {
    const isMine = await this.#update(name, startedAt, 'SET triedSeq = :value', seq);
    if (!isMine) throw new Error('Another function has taken this request over.');
  }

  async finish(name: string, startedAt: number, answer: Answer): Promise<void> {
    await this.#update(name, startedAt, 'SET answer = :value', JSON.stringify(answer));
  }

  async release(name: string, startedAt: number, mayBeDone: boolean): Promise<void> {
    const change = mayBeDone ? 'SET startedAt = :value, mayBeDone = :true' : 'SET startedAt = :value';
    await this.#update(name, startedAt, change, 0, mayBeDone ? { ':true': true } : {});
  }

  /** Changes an unanswered request of the function that began at `owner`. Whether it was its. */
  #update(
    name: string,
    owner: number,
    UpdateExpression: string,
    value: number | string,
    otherValues: Item = {},
  ): Promise<boolean> {
    return isWritten(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: keyOf(name),
          UpdateExpression,
          ConditionExpression: 'startedAt = :owner AND attribute_not_exists(answer)',
          ExpressionAttributeValues: { ':owner': owner, ':value': value, ...otherValues },
        }),
      ),
    );
  }
}

function keyOf(name: string): Item {
  return { [partitionKey]: `idempotency#${name}`, [sortKey]: 'request' };
}

function requestFrom<Answer extends object>(item: Item): KeyedRequest<Answer> {
  const { id, fingerprint, startedAt, triedSeq, mayBeDone, answer } = item;
  return {
    id: String(id ?? ''),
    fingerprint: String(fingerprint ?? ''),
    startedAt: Number(startedAt),
    ...(triedSeq !== undefined && { triedSeq: Number(triedSeq) }),
    ...(mayBeDone === true && { mayBeDone }),
    ...(typeof answer === 'string' && { answer: JSON.parse(answer) }),
  };
}
