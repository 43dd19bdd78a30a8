import { expect, test } from 'vitest';
import { seededRandom } from '../../../bench/simulation/seeded-random.ts';
import { connectIn } from '../../../client/browser/connect.ts';
import * as fc from '../../support/properties.ts';
import { FakeService } from './fake-service.ts';
import { eventsOf, outages } from './happenings.ts';
import { aTab, MemoryStorage } from './memory-storage.ts';
import { aToken } from './setting.ts';
import { SleepyClock } from './sleepy-clock.ts';

const lifeMs = 10_000;
const stepMs = 50;

/** A page and a service that pushes 20 numbered messages per second, in a world that `seed` decides. */
function pushedTo(seed: number) {
  const random = seededRandom(seed);
  const clock = new SleepyClock();
  const page = new EventTarget();
  const service = new FakeService({ clock, latency: () => random() * 80, lifeMs });
  const reportError = (error: unknown) => {
    throw error;
  };
  const connection = connectIn(
    {
      WebSocket: service.WebSocket,
      clock,
      random,
      page,
      storage: new MemoryStorage(),
      tab: aTab(),
      reportError,
    },
    { url: 'wss://push.test', credential: () => aToken },
  );
  const shown: string[] = [];
  const states: string[] = [];
  connection.onmessage = ({ id }) => shown.push(id);
  connection.onstatus = ({ state }) => states.push(state);
  let pushed = 0;
  return {
    clock,
    page,
    service,
    connection,
    shown,
    states,
    async pass(milliseconds: number, eachStep = () => {}) {
      for (let left = milliseconds; left > 0; left -= stepMs) {
        service.push(`${pushed++}`);
        await clock.pass(stepMs);
        eachStep();
      }
    },
    get pushed() {
      return pushed;
    },
  };
}

function inOrder(ids: string[]): string[] {
  return ids.toSorted((a, b) => Number(a) - Number(b));
}

test('over any number of replacements every push is shown exactly once, and the page is told nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const world = pushedTo(seed);
      await world.pass(1_000);
      const before = world.pushed;
      let most = 0;
      await world.pass(60_000, () => {
        most = Math.max(most, world.service.registered.length);
      });
      const pushed = Array.from({ length: world.pushed - before }, (_, index) => `${before + index}`);
      await world.clock.pass(100);
      world.connection.close();

      expect(inOrder(world.shown.filter((id) => Number(id) >= before))).toEqual(pushed);
      expect(world.states).toEqual(['open']);
      // It was replaced: more than 5 times in 60 seconds, and never by more than one at a time.
      expect(world.service.attempts.length).toBeGreaterThan(6);
      expect(most).toBe(2);
    }),
    { numRuns: 20 },
  );
});

test('whatever happens, no push is shown twice, and in the end the page is registered again and shown every push', async () => {
  const happened = eventsOf(outages, fc.nat(6_000), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(fc.integer(), happened, async (seed, all) => {
      const world = pushedTo(seed);
      for (const { afterMs, event, place } of all) {
        await world.pass(afterMs);
        outages[event](world, place);
      }
      world.service.goUp();
      // The longest wait, and a connection's whole life.
      await world.pass(41_000);
      const before = world.pushed;
      await world.pass(2_000);
      const pushed = Array.from({ length: world.pushed - before }, (_, index) => `${before + index}`);
      await world.clock.pass(1_000);
      const { status } = world.connection;
      const registered = world.service.registered.length;
      world.connection.close();

      expect(new Set(world.shown).size).toBe(world.shown.length);
      expect(inOrder(world.shown.filter((id) => Number(id) >= before))).toEqual(pushed);
      expect(status.state).toBe('open');
      expect(registered).toBeGreaterThanOrEqual(1);
      expect(world.service.registered).toEqual([]);
    }),
    { numRuns: 20 },
  );
});
