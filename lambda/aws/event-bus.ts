import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { clientSettings } from './client-settings.ts';

/** What is put on an event bus; `detail` is the text of a JSON object. */
export type BusEvent = { source: string; type: string; time: Date; detail: string };

const eventBridge = new EventBridgeClient(clientSettings());

/**
 * Puts an event on a bus; throws unless the bus took it. An answer of 200 may say that it did not.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html (Entries, in the response)
 */
export async function putEvent(busArn: string, { source, type, time, detail }: BusEvent): Promise<void> {
  const entry = { EventBusName: busArn, Source: source, DetailType: type, Time: time, Detail: detail };
  const { Entries = [], FailedEntryCount } = await eventBridge.send(
    new PutEventsCommand({ Entries: [entry] }),
  );
  if (FailedEntryCount === 0) return;
  throw new Error(`The event bus refused an event: ${Entries[0]?.ErrorCode ?? 'it has no code'}.`);
}
