import { expect, test } from 'vitest';
import { seededRandom } from '../../../bench/simulation/seeded-random.ts';
import { connectIn } from '../../../client/browser/connect.ts';
import type { Presence } from '../../../client/browser/presence.ts';
import * as fc from '../../support/properties.ts';
import { FakeService } from './fake-service.ts';
import type { FakeWebSocket } from './fake-websocket.ts';
import { eventsOf, happenings } from './happenings.ts';
import { aTab, MemoryStorage } from './memory-storage.ts';
import { SleepyClock } from './sleepy-clock.ts';

const friends = ['a', 'b', 'c'] as const;
const stepMs = 50;

type Frame = FakeWebSocket['sent'][number];

/**
 * A page and a service whose functions take any time and overtake each other, in a world of `seed`. Friends come and
 * leave; what is sent comes late, twice and in any order.
 */
class World {
  readonly clock = new SleepyClock();
  readonly page = new EventTarget();
  /** Whom the token names. */
  readonly named = new Set<string>(friends);
  /** How many of a hundred frames have no answer, or that of a service which is not available. */
  faults = 0;
  readonly service: FakeService;
  readonly connection;
  /** Whom the page wants to watch, as far as it was not refused. */
  wanted = new Set<string>();
  /** What it was shown last of each. */
  readonly shown = new Map<string, Presence>();
  /** What it was shown though it did not want it, or had been shown what is newer. */
  readonly wrong: Presence[] = [];
  /** Of users whom the page had not asked for, or was refused before. */
  readonly wrongRefusals: string[] = [];
  readonly states = new Map<string, Presence>();
  shownInAll = 0;
  readonly #random: () => number;
  readonly #watched = new Map<FakeWebSocket, readonly string[]>();

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
    this.connection.onpresence = (presence) => {
      const { uid, epoch } = presence;
      this.shownInAll += 1;
      if (!this.wanted.has(uid) || (this.shown.get(uid)?.epoch ?? -1) >= epoch) this.wrong.push(presence);
      this.shown.set(uid, presence);
    };
    this.connection.onwatchrefused = ({ uids }) => {
      for (const uid of uids) if (!this.wanted.delete(uid)) this.wrongRefusals.push(uid);
    };
  }

  watch(uids: readonly string[]): void {
    this.#want(uids);
    this.connection.watch(uids);
  }

  unwatch(uid: string): void {
    this.#want([...this.wanted].filter((one) => one !== uid));
    this.connection.unwatch([uid]);
  }

  /** Comes or leaves; those who watch are sent it, some twice. */
  change(uid: string): void {
    const { epoch, online } = this.#stateOf(uid);
    const state = { uid, online: !online, epoch: epoch + 1, at: '' };
    this.states.set(uid, state);
    for (const socket of this.service.registered) {
      if (!this.#watched.get(socket)?.includes(uid)) continue;
      for (let times = this.#random() < 0.3 ? 2 : 1; times > 0; times -= 1) {
        this.clock.after(this.#random() * 300, () => {
          if (!socket.isClosed) socket.receive({ type: 'presence', ...state });
        });
      }
    }
  }

  #want(uids: readonly string[]): void {
    for (const uid of this.shown.keys()) if (!uids.includes(uid)) this.shown.delete(uid);
    this.wanted = new Set(uids);
  }

  #stateOf(uid: string): Presence {
    return this.states.get(uid) ?? { uid, online: false, epoch: 0 };
  }

  #answer(socket: FakeWebSocket, { action, uids }: Frame): object | undefined {
    const isRegistered = this.service.registered.includes(socket);
    if (action === 'check') return { type: 'checked', registered: isRegistered };
    if (action !== 'watch' || !uids) return { type: 'pong' };
    const refused = (code: string, uid?: string) => ({ type: 'refused', action, code, message: '', uid });
    const fault = this.#random() * 200;
    if (fault < this.faults) return undefined;
    if (fault < 2 * this.faults) return refused('unavailable');
    if (!isRegistered) return refused('not-registered');
    if (this.named.size === 0) return refused('no-watch-claim');
    const stranger = uids.find((uid) => !this.named.has(uid));
    if (stranger !== undefined) return refused('uid-not-in-token', stranger);
    this.#watched.set(socket, uids);
    return { type: 'watching', users: uids.map((uid) => this.#stateOf(uid)) };
  }
}

test('over any number of replacements every change is shown, or one that came after it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const world = new World(seed);
      world.watch(friends);
      await world.clock.pass(2_000);
      for (let changes = 0; changes < 20; changes += 1) {
        const uid = friends[changes % friends.length]!;
        world.change(uid);
        // Longer than any frame takes.
        await world.clock.pass(2_000, stepMs);
        expect(world.shown.get(uid)).toEqual(world.states.get(uid));
      }
      world.connection.close();

      expect(world.shownInAll).toBe(friends.length + 20);
      expect(world.wrong).toEqual([]);
      expect(world.service.attempts.length).toBeGreaterThan(3);
    }),
    { numRuns: 10 },
  );
});

/** What can happen; `place`, from 0 to 1, says to which user or socket, or for how long. */
const events = {
  'the page watches all': (world: World) => world.watch(friends),
  'the page watches one': (world: World, place: number) => world.watch([friendAt(place)]),
  'the page watches one less': (world: World, place: number) => world.unwatch(friendAt(place)),
  'the page watches another and all': (world: World, place: number) => {
    world.watch([friendAt(place)]);
    world.watch(friends);
  },
  'a friend comes or leaves': (world: World, place: number) => world.change(friendAt(place)),
  'a friend flaps': (world: World, place: number) => {
    for (let times = 0; times < 3; times += 1) world.change(friendAt(place));
  },
  'the token names another': ({ named }: World, place: number) => void named.add(friendAt(place)),
  'the token names one less': ({ named }: World, place: number) => void named.delete(friendAt(place)),
  ...happenings,
};
function friendAt(place: number): string {
  return friends[Math.floor(place * friends.length)]!;
}

test('whatever happens, in the end the page is shown how all are whom it wants and may watch, and never what is older', async () => {
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
      // The longest wait of a connection and of an answer, and a connection's whole life.
      await world.clock.pass(61_000, stepMs);
      const { wanted, shown, states, named, wrong, wrongRefusals } = world;
      world.connection.close();

      expect({ wrong, wrongRefusals }).toEqual({ wrong: [], wrongRefusals: [] });
      for (const uid of wanted) {
        expect(named).toContain(uid);
        expect(shown.get(uid)).toEqual(states.get(uid) ?? { uid, online: false, epoch: 0 });
      }
    }),
    { numRuns: 60 },
  );
});
