import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Sqs, SqsOperations } from '../../../lambda/aws/sqs.ts';
import { callsBy } from './calls.ts';

export function sqsClient(): Sqs {
  const client = new SQSClient({});
  return callsBy<SqsOperations>({
    SendMessage: (input) => client.send(new SendMessageCommand(input)),
    SendMessageBatch: (input) => client.send(new SendMessageBatchCommand(input)),
  });
}
