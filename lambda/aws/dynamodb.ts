import type {
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  DeleteItemCommandInput,
  DeleteItemCommandOutput,
  GetItemCommandInput,
  GetItemCommandOutput,
  PutItemCommandInput,
  PutItemCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
  UpdateItemCommandInput,
  UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { ServiceError } from './errors.ts';
import { type Calls, JsonClient, type JsonClientOptions } from './json-client.ts';

/** The operations that the functions use. Attributes with bytes (`B`, `BS`) are not among what they read and write. */
export type DynamoDbOperations = {
  BatchGetItem: { input: BatchGetItemCommandInput; output: Omit<BatchGetItemCommandOutput, '$metadata'> };
  GetItem: { input: GetItemCommandInput; output: Omit<GetItemCommandOutput, '$metadata'> };
  PutItem: { input: PutItemCommandInput; output: Omit<PutItemCommandOutput, '$metadata'> };
  UpdateItem: { input: UpdateItemCommandInput; output: Omit<UpdateItemCommandOutput, '$metadata'> };
  DeleteItem: { input: DeleteItemCommandInput; output: Omit<DeleteItemCommandOutput, '$metadata'> };
  Query: { input: QueryCommandInput; output: Omit<QueryCommandOutput, '$metadata'> };
  Scan: { input: ScanCommandInput; output: Omit<ScanCommandOutput, '$metadata'> };
};

export type DynamoDb = Calls<DynamoDbOperations>;

export function dynamoDbClient(options?: JsonClientOptions): JsonClient<DynamoDbOperations> {
  return new JsonClient(
    { name: 'dynamodb', environmentName: 'DYNAMODB', target: 'DynamoDB_20120810', version: '1.0' },
    options,
  );
}

/** Whether a conditional write was refused because its condition did not hold. */
export function isConditionFailure(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'ConditionalCheckFailedException';
}

/** Returns whether a conditional write was done: `false` when its condition did not hold. */
export async function isWritten(write: Promise<unknown>): Promise<boolean> {
  return (await unlessRefused(write)) !== undefined;
}

/** Returns what a conditional write returned, or `undefined` when its condition did not hold. */
export async function unlessRefused<Output>(write: Promise<Output>): Promise<Output | undefined> {
  try {
    return await write;
  } catch (error) {
    if (isConditionFailure(error)) return undefined;
    throw error;
  }
}

/** The pages of a query, from the start or from `ExclusiveStartKey` on: each is asked for when it is wanted. */
export async function* queryPages(
  dynamoDb: DynamoDb,
  input: QueryCommandInput,
): AsyncGenerator<DynamoDbOperations['Query']['output']> {
  yield* pagesOf((start) => dynamoDb.call('Query', { ...input, ...start }));
}

/** The pages of a scan, as `queryPages` gives those of a query. */
export async function* scanPages(
  dynamoDb: DynamoDb,
  input: ScanCommandInput,
): AsyncGenerator<DynamoDbOperations['Scan']['output']> {
  yield* pagesOf((start) => dynamoDb.call('Scan', { ...input, ...start }));
}

type Key = QueryCommandOutput['LastEvaluatedKey'];

async function* pagesOf<Page extends { LastEvaluatedKey?: Key }>(
  read: (start: { ExclusiveStartKey?: NonNullable<Key> }) => Promise<Page>,
): AsyncGenerator<Page> {
  let start: Key;
  do {
    const page = await read(start ? { ExclusiveStartKey: start } : {});
    yield page;
    start = page.LastEvaluatedKey;
  } while (start);
}
