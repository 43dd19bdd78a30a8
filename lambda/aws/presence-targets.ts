import { EnvironmentVariable } from '../names.ts';
import type { PresenceTarget } from '../presence/tell-all.ts';
import { groupOf } from './presence-queues.ts';
import { sendMessage } from './sqs-queue.ts';

/** Returns the targets that the environment names. A webhook's events wait in a queue of their own. */
export function presenceTargets(): PresenceTarget[] {
  const { presenceQueueUrl, webhookQueueUrl } = EnvironmentVariable;
  return [presenceQueueUrl, webhookQueueUrl].flatMap((name) => {
    const queueUrl = process.env[name];
    return queueUrl === undefined ? [] : [queueTarget(queueUrl)];
  });
}

/** A FIFO queue, which takes an event that comes again within five minutes once. */
function queueTarget(queueUrl: string): PresenceTarget {
  return (event) => {
    const groupId = groupOf(event.uid);
    return sendMessage(queueUrl, {
      body: JSON.stringify(event),
      groupId,
      deduplicationId: `${groupId}.${event.epoch}`,
    });
  };
}
