import type { Context } from 'aws-lambda';
import { systemClock } from '../protocol/clock.ts';
import { documentClient } from './aws/dynamodb.ts';
import { dueSender } from './aws/presence-queues.ts';
import { requireEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';
import { EnvironmentVariable } from './names.ts';
import { sweep } from './presence/sweep.ts';
import { presenceTableOfEnvironment } from './tables-of-environment.ts';

/** Kept back from the function's own timeout: a page of 1 MB may have 10,000 uids. */
const endMarginMs = 30_000;

const due = presenceTableOfEnvironment(documentClient());
const sendDue = dueSender(requireEnvironment(EnvironmentVariable.lookQueueUrl));

/** Run by a schedule: asks for the looks that are due. */
export function handler(_event: unknown, context: Context): Promise<void> {
  const endsAt = Date.now() + context.getRemainingTimeInMillis() - endMarginMs;
  return invocation(context.awsRequestId, () => sweep({ due, sendDue, endsAt, clock: systemClock }));
}
