import type {
  SendMessageBatchCommandInput,
  SendMessageBatchCommandOutput,
  SendMessageCommandInput,
  SendMessageCommandOutput,
} from '@aws-sdk/client-sqs';
import { type Calls, JsonClient, type JsonClientOptions } from './json-client.ts';

/** The operations that the functions use. Message attributes with bytes are not among what they send. */
export type SqsOperations = {
  SendMessage: { input: SendMessageCommandInput; output: Omit<SendMessageCommandOutput, '$metadata'> };
  SendMessageBatch: {
    input: SendMessageBatchCommandInput;
    /** A list that would be empty is left out. */
    output: Partial<Omit<SendMessageBatchCommandOutput, '$metadata'>>;
  };
};

export type Sqs = Calls<SqsOperations>;

export function sqsClient(options?: JsonClientOptions): JsonClient<SqsOperations> {
  return new JsonClient(
    { name: 'sqs', environmentName: 'SQS', target: 'AmazonSQS', version: '1.0' },
    options,
  );
}
