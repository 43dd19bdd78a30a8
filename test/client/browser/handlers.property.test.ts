import { expect, test } from 'vitest';
import { seededRandom } from '../../../bench/simulation/seeded-random.ts';
import { connectIn } from '../../../client/browser/connect.ts';
import type { Message } from '../../../client/browser/options.ts';
import * as fc from '../../support/properties.ts';
import { aTab, MemoryStorage } from './memory-storage.ts';
import { hour } from './setting.ts';
import { SleepyClock } from './sleepy-clock.ts';
import { StoringService } from './storing-service.ts';

/** A page whose handler takes its time, fails now and then, and is not always there; `seed` decides. */
function slowPage(seed: number) {
  const random = seededRandom(seed);
  const clock = new SleepyClock();
  const service = new StoringService({ clock, random, lifeMs: 10_000 });
  const storage = new MemoryStorage();
  const shown: number[] = [];
  const failed = new Set<number>();
  let running = 0;
  const handler = async ({ seq }: Message) => {
    running += 1;
    expect(running).toBe(1);
    shown.push(seq!);
    if (random() < 0.8) await new Promise<void>((resolve) => clock.after(random() * 20, resolve));
    running -= 1;
    if (random() > 0.1) return;
    failed.add(seq!);
    throw new Error('in onmessage');
  };
  const connection = connectIn<number>(
    { WebSocket: service.WebSocket, clock, random, page: {}, storage, tab: aTab(), reportError: () => {} },
    { url: 'wss://push.test', credential: () => 'alice', identity: 'claimed', heartbeatMs: 3_000 },
  );
  return { clock, service, storage, shown, failed, handler, connection };
}

type World = ReturnType<typeof slowPage>;

const events = {
  'a push': ({ service }: World) => service.push(hour),
  'a hundred pushes': ({ service }: World) => {
    for (let count = 0; count < 100; count++) service.push(hour);
  },
  'the handler is set': ({ connection, handler }: World) => {
    connection.onmessage = handler;
  },
  'the handler is taken away': ({ connection }: World) => {
    connection.onmessage = null;
  },
  'all sockets are closed': ({ service }: World) => {
    for (const socket of service.registered) socket.drop();
  },
  'it connects anew': ({ connection }: World) => connection.reconnect(),
};
const eventNames = Object.keys(events) as (keyof typeof events)[];

test('however slow the handler is and whenever it is set, it is called for each message once, in order, one at a time', async () => {
  const happenings = fc.array(fc.record({ afterMs: fc.nat(1_500), event: fc.constantFrom(...eventNames) }), {
    maxLength: 20,
    size: 'max',
  });
  await fc.assert(
    fc.asyncProperty(fc.integer(), happenings, async (seed, all) => {
      const world = slowPage(seed);
      world.storage.setItem('uidpush ["wss://push.test","alice"]', '0');
      for (const { afterMs, event } of all) {
        await world.clock.pass(afterMs, 20);
        events[event](world);
        // What counts as shown was shown.
        expect(Number(world.storage.values[0])).toBeLessThanOrEqual(Math.max(0, ...world.shown));
      }
      world.connection.onmessage = world.handler;
      const everything = Array.from({ length: world.service.latest }, (_, index) => index + 1);
      for (let waits = 0; world.shown.length < everything.length && waits < 200; waits++) {
        await world.clock.pass(1_000, 20);
      }
      await world.clock.pass(1_000, 20);
      world.connection.close();

      expect(world.shown).toEqual(everything);
      expect(Number(world.storage.values[0])).toBe(everything.length);
      for (const seq of world.service.acknowledged) expect(world.failed).not.toContain(seq);
    }),
    { numRuns: 50 },
  );
});
