import { PRESENCE_EVENT_SOURCE } from '../../protocol/presence-event.ts';
import { EnvironmentVariable } from '../names.ts';
import type { PresenceTarget } from '../presence/tell-all.ts';
import { groupOf } from './presence-queues.ts';
import { sendMessage } from './sqs-queue.ts';

/** Returns the targets that the environment names. A webhook's events wait in a queue of their own. */
export function presenceTargets(): PresenceTarget[] {
  const { presenceQueueUrl, webhookQueueUrl, presenceEventBusArn } = EnvironmentVariable;
  const makers = {
    [presenceQueueUrl]: queueTarget,
    [webhookQueueUrl]: queueTarget,
    [presenceEventBusArn]: busTarget,
  };
  return Object.entries(makers).flatMap(([name, make]) => {
    const address = process.env[name];
    return address === undefined ? [] : [make(address)];
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

/** An event bus, which may hand events on in any order, and more than once. */
function busTarget(busArn: string): PresenceTarget {
  return async (event) => {
    // Few deployments have one: the others don't load its client.
    const { putEvent } = await import('./event-bus.ts');
    await putEvent(busArn, {
      source: PRESENCE_EVENT_SOURCE,
      type: event.type,
      time: new Date(event.at),
      detail: JSON.stringify(event),
    });
  };
}
