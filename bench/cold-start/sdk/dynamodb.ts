import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDb, DynamoDbOperations } from '../../../lambda/aws/dynamodb.ts';
import { callsBy } from './calls.ts';

// What is exported below takes the place of the same name in there.
export * from '../../../lambda/aws/dynamodb.ts';

export function dynamoDbClient({ maxSockets = 50 }: { maxSockets?: number } = {}): DynamoDb {
  return sdkDynamoDb(new DynamoDBClient({ requestHandler: { httpsAgent: { maxSockets } } }));
}

export function sdkDynamoDb(client: DynamoDBClient): DynamoDb {
  return callsBy<DynamoDbOperations>({
    BatchGetItem: (input) => client.send(new BatchGetItemCommand(input)),
    GetItem: (input) => client.send(new GetItemCommand(input)),
    PutItem: (input) => client.send(new PutItemCommand(input)),
    UpdateItem: (input) => client.send(new UpdateItemCommand(input)),
    DeleteItem: (input) => client.send(new DeleteItemCommand(input)),
    Query: (input) => client.send(new QueryCommand(input)),
    Scan: (input) => client.send(new ScanCommand(input)),
  });
}
