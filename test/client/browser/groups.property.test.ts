import { expect, test } from 'vitest';
import { seededRandom } from '../../../bench/simulation/seeded-random.ts';
import { connectIn } from '../../../client/browser/connect.ts';
import type { GroupState } from '../../../client/browser/options.ts';
import * as fc from '../../support/properties.ts';
import { FakeService } from './fake-service.ts';
import type { FakeWebSocket } from './fake-websocket.ts';
import { eventsOf, happenings } from './happenings.ts';
import { aTab, MemoryStorage } from './memory-storage.ts';
import { SleepyClock } from './sleepy-clock.ts';

const groups = ['a', 'b', 'c'] as const;
const stepMs = 50;

type Frame = FakeWebSocket['sent'][number];

/** A page and a service with groups, whose functions take any time and overtake each other, in a world of `seed`. */
class World {
  readonly clock = new SleepyClock();
  readonly page = new EventTarget();
  /** What the token names. */
  readonly named = new Set<string>(groups);
  /** How many of a hundred frames have no answer, or that of a service which is not available. */
  faults = 0;
  readonly shown: string[] = [];
  /** What `ongroup` received last of each group. */
  readonly told = new Map<string, GroupState['state']>();
  readonly tellings: GroupState[] = [];
  readonly service: FakeService;
  readonly connection;
  /** What the page asked for last of each group. */
  readonly asked = new Map<string, 'join' | 'leave'>();
  /** Promises that nothing has come of yet. */
  unsettled = 0;
  /** Frames that came after a refusal of what they ask for, though the page had not asked again. */
  repeated = 0;
  readonly #random: () => number;
  readonly #members = new Map<FakeWebSocket, Set<string>>();
  readonly #final = new Set<string>();
  #pushed = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    const random = this.#random;
    this.service = new FakeService({
      clock: this.clock,
      latency: () => random() * 80,
      lifeMs: 10_000,
      answer: (socket, frame) => this.#answer(socket, frame),
    });
    this.connection = connectIn(
      {
        WebSocket: this.service.WebSocket,
        clock: this.clock,
        random,
        page: this.page,
        storage: new MemoryStorage(),
        tab: aTab(),
        reportError: (error) => {
          throw error;
        },
      },
      { url: 'wss://push.test', identity: 'claimed', credential: () => 'alice', heartbeatMs: 1_000 },
    );
    this.connection.onmessage = ({ id }) => this.shown.push(id);
    this.connection.ongroup = (state) => {
      this.tellings.push(state);
      this.told.set(state.group, state.state);
      if (state.state === 'refused') this.#final.add(state.group);
    };
  }

  ask(action: 'join' | 'leave', group: string): void {
    this.asked.set(group, action);
    this.#final.delete(group);
    this.unsettled += 1;
    void this.connection[action](group).then(() => {
      this.unsettled -= 1;
    });
  }

  /** The groups that pushes reach the page in. */
  get isIn(): string[] {
    return groups.filter((group) => this.#membersOf(group).length > 0);
  }

  /** Pushes to the group, as long as this takes. Returns the ids. */
  async pushFor(group: string, milliseconds: number): Promise<string[]> {
    const ids: string[] = [];
    for (let left = milliseconds; left > 0; left -= stepMs) {
      const id = `${this.#pushed++}`;
      ids.push(id);
      this.service.push(id, this.#membersOf(group));
      await this.clock.pass(stepMs);
    }
    return ids;
  }

  #membersOf(group: string): FakeWebSocket[] {
    return this.service.registered.filter((socket) => this.#members.get(socket)?.has(group));
  }

  #answer(socket: FakeWebSocket, { action, group }: Frame): object | undefined {
    const isRegistered = this.service.registered.includes(socket);
    if (action === 'check') return { type: 'checked', registered: isRegistered };
    if (group === undefined) return { type: 'pong' };
    if (action === 'join' && this.#final.has(group)) this.repeated += 1;
    const fault = this.#random() * 200;
    if (fault < this.faults) return undefined;
    const refused = (code: string) => ({ type: 'refused', action, group, code, message: '' });
    if (fault < 2 * this.faults) return refused('unavailable');
    if (!isRegistered) return refused('not-registered');
    const joined = this.#members.get(socket) ?? new Set();
    this.#members.set(socket, joined);
    if (action === 'leave') joined.delete(group);
    else if (!this.named.has(group)) return refused('group-not-in-token');
    else joined.add(group);
    return { type: action === 'leave' ? 'left' : 'joined', group };
  }
}

test('over any number of replacements every push to a group is shown once, and the page is told nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const world = new World(seed);
      world.ask('join', 'a');
      await world.clock.pass(1_000);
      expect(world.told.get('a')).toBe('joined');
      const pushed = await world.pushFor('a', 40_000);
      await world.clock.pass(200);
      world.ask('leave', 'a');
      await world.clock.pass(2_000);
      const after = await world.pushFor('a', 2_000);
      world.connection.close();

      expect(world.shown.toSorted((a, b) => Number(a) - Number(b))).toEqual(pushed);
      expect(world.shown.filter((id) => after.includes(id))).toEqual([]);
      expect(world.tellings.map(({ state }) => state)).toEqual(['joined', 'left']);
      expect(world.service.attempts.length).toBeGreaterThan(3);
    }),
    { numRuns: 10 },
  );
});

/** What can happen; `place`, from 0 to 1, says to which group or socket, or for how long. */
const events = {
  'the page joins': (world: World, place: number) => world.ask('join', groupAt(place)),
  'the page joins again': (world: World, place: number) => world.ask('join', groupAt(place)),
  'the page leaves': (world: World, place: number) => world.ask('leave', groupAt(place)),
  'the page leaves and joins': (world: World, place: number) => {
    world.ask('leave', groupAt(place));
    world.ask('join', groupAt(place));
  },
  'the token names another': ({ named }: World, place: number) => void named.add(groupAt(place)),
  'the token names one less': ({ named }: World, place: number) => void named.delete(groupAt(place)),
  ...happenings,
};
function groupAt(place: number): string {
  return groups[Math.floor(place * groups.length)]!;
}

test('whatever happens, in the end the page is in what it asked for and may be in, in nothing else, and knows it', async () => {
  const happened = eventsOf(events, fc.oneof(fc.nat(100), fc.nat(6_000)), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(fc.integer(), happened, async (seed, all) => {
      const world = new World(seed);
      for (const { afterMs, event, place } of all) {
        await world.clock.pass(afterMs, stepMs);
        events[event](world, place);
      }
      world.service.goUp();
      world.faults = 0;
      // The longest wait of a connection, of a promise and of an answer, and a connection's whole life.
      await world.clock.pass(61_000, stepMs);
      const { asked, told, isIn, unsettled, repeated } = world;
      world.connection.close();

      expect({ unsettled, repeated }).toEqual({ unsettled: 0, repeated: 0 });
      for (const [group, action] of asked) {
        const expected =
          action === 'leave' ? ['left'] : world.named.has(group) ? ['joined', 'refused'] : ['refused'];
        expect(expected).toContain(told.get(group));
        expect(isIn.includes(group)).toBe(told.get(group) === 'joined');
      }
    }),
    { numRuns: 60 },
  );
});
