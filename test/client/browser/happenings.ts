import * as fc from '../../support/properties.ts';
import type { FakeService } from './fake-service.ts';
import type { SleepyClock } from './sleepy-clock.ts';

type World = { clock: SleepyClock; service: FakeService; page: EventTarget };

/** What can happen to a page; `place`, from 0 to 1, says to which socket, or for how long. */
export const outages = {
  'a socket is closed': ({ service }: World, place: number) => {
    const { registered } = service;
    registered[Math.floor(place * registered.length)]?.drop();
  },
  'the service goes down': ({ service }: World) => service.goDown(),
  'the service goes up': ({ service }: World) => service.goUp(),
  'the computer sleeps': ({ clock }: World, place: number) => clock.suspend(place * 600_000),
  'the network returns': ({ page }: World) => page.dispatchEvent(new Event('online')),
};

/** The same of a page that wants something of the service, which may fail, and may lose what it knows. */
export const happenings = {
  'the service is in trouble': (world: { faults: number }, place: number) => {
    world.faults = place * 60;
  },
  'a registration is lost': ({ service }: World, place: number) => {
    const { registered } = service;
    const socket = registered[Math.floor(place * registered.length)];
    if (socket) service.forget(socket);
  },
  ...outages,
  'the page reconnects': ({ connection }: { connection: { reconnect(): void } }) => connection.reconnect(),
};

/** Some of these events, one after the other. */
export function eventsOf<Name extends string>(
  events: Record<Name, unknown>,
  afterMs: fc.Arbitrary<number>,
  constraints: fc.ArrayConstraints,
) {
  const event = fc.constantFrom(...(Object.keys(events) as Name[]));
  const place = fc.double({ min: 0, max: 0.99, noNaN: true });
  return fc.array(fc.record({ afterMs, event, place }), constraints);
}
