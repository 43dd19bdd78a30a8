import { EnvironmentVariable } from '../names.ts';
import type { PresenceTarget } from '../presence/tell-all.ts';
import { groupOf } from './presence-queues.ts';
import { sendMessage } from './sqs-queue.ts';

/** Returns the targets that the environment names. */
export function presenceTargets(): PresenceTarget[] {
  const queueUrl = process.env[EnvironmentVariable.presenceQueueUrl];
  return [...(queueUrl === undefined ? [] : [queueTarget(queueUrl)])];
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
