import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { systemClock } from '../protocol/clock.ts';
import { documentClient } from './aws/dynamodb.ts';
import { DynamoDbConnectionTable } from './aws/dynamodb-connection-table.ts';
import { lookSender, settleSender } from './aws/presence-queues.ts';
import { presenceTargets } from './aws/presence-targets.ts';
import { requireEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';
import { EnvironmentVariable } from './names.ts';
import { eachInOrder } from './presence/each-in-order.ts';
import { type LookDependencies, look, settle } from './presence/look.ts';
import { parsePresenceMessage } from './presence/presence-message.ts';
import { tellAll } from './presence/tell-all.ts';
import { presenceTableOfEnvironment } from './tables-of-environment.ts';

const dynamoDb = documentClient();
const sendLook = lookSender(requireEnvironment(EnvironmentVariable.lookQueueUrl));

const dependencies: LookDependencies = {
  table: new DynamoDbConnectionTable(dynamoDb, requireEnvironment(EnvironmentVariable.tableName)),
  presences: presenceTableOfEnvironment(dynamoDb),
  sendSettle: settleSender(requireEnvironment(EnvironmentVariable.settleQueueUrl)),
  tell: tellAll(presenceTargets()),
  graceMs: Number(requireEnvironment(EnvironmentVariable.presenceGraceSeconds)) * 1_000,
  clock: systemClock,
};

/** Looks at the uids that the queues of presence name. */
export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return invocation(context.awsRequestId, () =>
    eachInOrder(event.Records, async ({ body }) => {
      const message = parsePresenceMessage(body);
      if ('settle' in message) return settle(message.settle, { ...dependencies, sendLook });
      return look(message.look, dependencies);
    }),
  );
}
