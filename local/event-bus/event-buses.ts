import type { Clock } from '../../protocol/clock.ts';
import { startAwsJsonServer } from '../aws-json/aws-json-server.ts';
import type { Service } from '../services.ts';
import { type PlacedEvent, putEvents } from './put-events.ts';

/** EventBridge, in memory. Nothing is behind the buses here: what they take is kept, to be read. */
export type EventBuses = Service & {
  /** EventBridge's address. */
  endpoint: string;
  /** The latest events of each bus, by what it was called: what a rule that matches all of them hands on. */
  events(): Readonly<Record<string, readonly object[]>>;
};

/** Events that are kept, of all buses together. */
const maxEvents = 10_000;

export async function startEventBuses(clock: Pick<Clock, 'now'>): Promise<EventBuses> {
  const kept: PlacedEvent[] = [];
  const { endpoint, stop } = await startAwsJsonServer({
    target: 'AWSEvents',
    version: '1.1',
    operations: {
      PutEvents: (input) =>
        putEvents(input, clock.now(), (placed) => {
          kept.push(placed);
          if (kept.length > maxEvents) kept.shift();
        }),
    },
  });
  return {
    endpoint,
    stop,
    events: () => {
      const buses = new Set(kept.map(({ bus }) => bus));
      const eventsOf = (name: string) => kept.filter(({ bus }) => bus === name).map(({ event }) => event);
      return Object.fromEntries(Array.from(buses, (name) => [name, eventsOf(name)]));
    },
  };
}
