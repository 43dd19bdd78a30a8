import { createHash } from 'node:crypto';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { readValidValues } from './aws/secret-source.ts';
import { hideMessage } from './aws/sqs-queue.ts';
import { requireEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';
import { EnvironmentVariable } from './names.ts';
import { eachInOrder } from './presence/each-in-order.ts';
import { backOffSeconds } from './webhook/back-off.ts';
import { postEvent } from './webhook/post-event.ts';
import { webhookHeaders } from './webhook/signature.ts';

/** A new secret is in use after it. */
const secretsFreshMs = 60_000;

const url = requireEnvironment(EnvironmentVariable.webhookUrl);
const queueUrl = requireEnvironment(EnvironmentVariable.webhookQueueUrl);
const secretId = requireEnvironment(EnvironmentVariable.webhookSecretId);
const allowsLoopback = process.env[EnvironmentVariable.webhookLoopback] === 'true';

let secrets: { values: Promise<string[]>; readAt: number } | undefined;

/** Posts events of presence to the webhook. One that fails comes again, later each time. */
export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return invocation(context.awsRequestId, () =>
    eachInOrder(event.Records, async (record) => {
      try {
        await deliver(record);
      } catch (error) {
        const attempt = Number(record.attributes.ApproximateReceiveCount);
        await hideMessage(queueUrl, record.receiptHandle, backOffSeconds(attempt, Math.random));
        throw error;
      }
    }),
  );
}

async function deliver({ body }: SQSRecord): Promise<void> {
  // The same for the same event, however often it is sent.
  const id = createHash('sha256').update(body).digest('base64url');
  const headers = webhookHeaders(id, body, await validSecrets(), Date.now());
  const status = await postEvent(body, headers, { url, allowsLoopback });
  if (status < 200 || status > 299) throw new WebhookRefusedError(`The webhook answered ${status}.`);
}

class WebhookRefusedError extends Error {
  override readonly name = 'WebhookRefusedError';
}

function validSecrets(): Promise<string[]> {
  if (secrets === undefined || Date.now() - secrets.readAt > secretsFreshMs) {
    secrets = { values: readValidValues(secretId), readAt: Date.now() };
    secrets.values.catch(() => {
      secrets = undefined;
    });
  }
  return secrets.values;
}
