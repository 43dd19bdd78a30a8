import {
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDb, DynamoDbOperations } from '../../lambda/aws/dynamodb.ts';
import { ServiceError } from '../../lambda/aws/errors.ts';
import type { Calls, Operations } from '../../lambda/aws/json-client.ts';
import type { SecretsManager, SecretsManagerOperations } from '../../lambda/aws/secrets-manager.ts';
import type { Sqs, SqsOperations } from '../../lambda/aws/sqs.ts';

/** The calls of `lambda/aws/`, made by clients of the AWS SDK: what ours are measured against. */

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

export function sdkSqs(client: SQSClient): Sqs {
  return callsBy<SqsOperations>({
    SendMessage: (input) => client.send(new SendMessageCommand(input)),
    SendMessageBatch: (input) => client.send(new SendMessageBatchCommand(input)),
  });
}

export function sdkSecretsManager(client: SecretsManagerClient): SecretsManager {
  return callsBy<SecretsManagerOperations>({
    GetSecretValue: (input) => client.send(new GetSecretValueCommand(input)),
  });
}

type Senders<Of extends Operations> = {
  [Name in keyof Of]: (input: Of[Name]['input']) => Promise<Of[Name]['output']>;
};

function callsBy<Of extends Operations>(senders: Senders<Of>): Calls<Of> {
  return {
    async call(name, input) {
      try {
        return await senders[name](input);
      } catch (error) {
        throw isRefusal(error) ? new ServiceError(name, error.name, error.$metadata.httpStatusCode) : error;
      }
    },
  };
}

type SdkRefusal = Error & { $metadata: { httpStatusCode: number } };

/** The exceptions of the SDK's clients have no class in common that could be had without one of them. */
function isRefusal(error: unknown): error is SdkRefusal {
  if (!(error instanceof Error) || !('$metadata' in error)) return false;
  const { $metadata: metadata } = error;
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata;
}
