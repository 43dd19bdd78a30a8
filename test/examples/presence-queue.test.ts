import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import { localCredentials } from '../../local/local-credentials.ts';
import { patience, runStack } from '../e2e/running-stack.ts';

const stack = runStack({ context: { presence: 'true', presenceQueue: 'true', presenceGraceSeconds: '1' } });

/** Puts an event into the queue as a worker would that came late, or did it twice. */
async function put(QueueUrl: string, id: string, event: object): Promise<void> {
  const endpoint = new URL(QueueUrl).origin;
  const sqs = new SQSClient({ endpoint, region: 'us-east-1', credentials: localCredentials });
  const MessageBody = JSON.stringify(event);
  await sqs.send(
    new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: 'g', MessageDeduplicationId: id }),
  );
  sqs.destroy();
}

test('presence-queue.mjs prints who comes and who leaves, and drops what is old or comes twice', async () => {
  const queueUrl = stack.stack.outputs.PresenceQueueUrl!;
  const { PATH } = process.env;
  const child = spawn(process.execPath, ['examples/presence-queue.mjs'], {
    env: { PATH, QUEUE_URL: queueUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  });
  const lines: { type: string; uid: string }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  const printed = () => lines.map(({ type, uid }) => `${uid} ${type}`);

  const browser = await stack.browser('u1');
  await expect.poll(printed, patience).toEqual(['u1 user.online']);
  await put(queueUrl, 'old', { type: 'user.offline', uid: 'u1', epoch: 1 });
  await put(queueUrl, 'other', { type: 'user.online', uid: 'u2', epoch: 1 });
  await put(queueUrl, 'twice', { type: 'user.online', uid: 'u2', epoch: 1 });
  await expect.poll(printed, patience).toContain('u2 user.online');
  await browser.close();

  await expect.poll(printed, patience).toEqual(['u1 user.online', 'u2 user.online', 'u1 user.offline']);
});
