import { expect, test } from 'vitest';
import { seededRandom } from '../../../bench/simulation/seeded-random.ts';
import { connectIn } from '../../../client/browser/connect.ts';
import type { Connection } from '../../../client/browser/options.ts';
import * as fc from '../../support/properties.ts';
import { eventsOf } from './happenings.ts';
import { aTab, MemoryStorage } from './memory-storage.ts';
import { SleepyClock } from './sleepy-clock.ts';
import { StoringService } from './storing-service.ts';

const lifeMs = 10_000;

/** A call of a page's handlers: a message's number, or a gap, and while which frame was taken. */
type Told = { seq?: number; frame: number };

/** A page that shares a storage with the others, and checks every call of its handlers. */
class Page {
  readonly #world: World;
  readonly #connection: Connection;
  /** Where its storage lets it start. */
  readonly start: number;
  readonly #told: Told[] = [];

  constructor(world: World) {
    const { service, storage, clock, random, shown } = world;
    this.#world = world;
    this.start = Number(storage.values[0]);
    this.#connection = connectIn(
      { WebSocket: service.WebSocket, clock, random, page: world.target, storage, tab: aTab(), reportError },
      { url: 'wss://push.test', credential: () => 'alice', identity: 'claimed', heartbeatMs: 3_000 },
    );
    this.#connection.onmessage = ({ seq }) => {
      this.#expectExpired(this.last, seq!);
      this.#told.push({ seq: seq!, frame: service.received });
      shown.add(seq!);
    };
    this.#connection.ongap = () => this.#told.push({ frame: service.received });
  }

  get last(): number {
    return this.#told.findLast(({ seq }) => seq !== undefined)?.seq ?? this.start;
  }

  close(): void {
    this.#connection.close();
    this.#expectGapsAndNothingElse();
  }

  #expectExpired(from: number, to: number): void {
    const passedOver = Array.from({ length: Math.max(0, to - from - 1) }, (_, index) => from + 1 + index);
    expect(passedOver.filter((seq) => !this.#world.service.isExpired(seq))).toEqual([]);
  }

  /**
   * Each message once, in order. Where numbers are passed over, a gap was reported before, and nowhere else. One frame,
   * the end of a replay, may pass over several: before, between and after the messages that are shown with it.
   */
  #expectGapsAndNothingElse(): void {
    let last: Told = { seq: this.start, frame: -1 };
    let gap: Told = last;
    for (const told of this.#told) {
      if (told.seq === undefined) {
        expect(told.frame).toBeGreaterThan(gap.frame);
        gap = told;
        continue;
      }
      const passedOver = told.seq - last.seq! - 1;
      const isRightAfterGap = this.#told[this.#told.indexOf(told) - 1] === gap;
      if (isRightAfterGap) expect(passedOver).toBeGreaterThan(0);
      else if (gap.frame < last.frame || gap.frame < 0) expect(passedOver).toBe(0);
      else expect(passedOver).toBeGreaterThanOrEqual(0);
      last = told;
    }
    if (this.#told.at(-1) === gap) expect(this.#world.service.latest).toBeGreaterThan(last.seq!);
  }

  /** Nothing is left to show. */
  expectComplete(): void {
    this.#expectExpired(this.last, this.#world.service.latest + 1);
  }
}

function reportError(error: unknown): void {
  throw error;
}

/** Pages of one browser, and a service, in a world that `seed` decides. */
class World {
  readonly clock = new SleepyClock();
  readonly random: () => number;
  readonly target = new EventTarget();
  readonly storage = new MemoryStorage();
  readonly service: StoringService;
  readonly shown = new Set<number>();
  readonly pages: Page[] = [];

  constructor(seed: number) {
    this.random = seededRandom(seed);
    this.service = new StoringService({ clock: this.clock, random: this.random, lifeMs });
  }

  /** The content of its storage: all that any page has shown, and nothing that none has. */
  openPage(): void {
    const page = new Page(this);
    this.pages.push(page);
    expect(page.start).toBeGreaterThanOrEqual(Math.max(0, ...this.shown));
    for (let seq = 1; seq <= page.start; seq++) {
      if (!this.shown.has(seq)) expect(this.service.isExpired(seq)).toBe(true);
    }
  }

  closePage(place: number): void {
    const [page] = this.pages.splice(Math.floor(place * this.pages.length), 1);
    page?.close();
  }
}

/** What can happen; `place`, from 0 to 1, says to which of several, or how much of it. */
const events = {
  'ten pushes': ({ service }: World, place: number) => {
    for (let count = 0; count < 10; count++) service.push(place < 0.5 ? 100 + place * 3_000 : 3_600_000);
  },
  'a push that is soon over': ({ service }: World, place: number) => service.push(place * 500),
  'a push that is kept': ({ service }: World) => service.push(3_600_000),
  'a socket is closed': ({ service }: World, place: number) => {
    const { registered } = service;
    registered[Math.floor(place * registered.length)]?.drop();
  },
  'all sockets are closed': ({ service }: World) => {
    for (const socket of service.registered) socket.drop();
  },
  'the service goes down': ({ service }: World) => {
    service.isUp = false;
    for (const socket of service.registered) socket.drop();
  },
  'the service goes up': ({ service }: World) => {
    service.isUp = true;
  },
  'the computer sleeps': ({ clock }: World, place: number) => clock.suspend(place * 600_000),
  'the network returns': ({ target }: World) => target.dispatchEvent(new Event('online')),
  'a page is opened': (world: World) => {
    if (world.pages.length < 3) world.openPage();
  },
  'a page is closed': (world: World, place: number) => world.closePage(place),
  'a page is loaded again': (world: World, place: number) => {
    world.closePage(place);
    world.openPage();
  },
};
test('whatever happens, each page shows each message exactly once, in order, and is told of a gap exactly when some expired', async () => {
  const happened = eventsOf(events, fc.oneof(fc.nat(200), fc.nat(4_000)), { maxLength: 40, size: 'max' });
  await fc.assert(
    fc.asyncProperty(fc.integer(), happened, async (seed, all) => {
      const world = new World(seed);
      world.storage.setItem('uidpush ["wss://push.test","alice"]', '0');
      world.openPage();
      for (const { afterMs, event, place } of all) {
        await world.clock.pass(afterMs);
        events[event](world, place);
      }
      world.service.isUp = true;
      // The longest wait, a connection's whole life, and a heartbeat.
      await world.clock.pass(55_000, 500);
      for (const page of world.pages) page.expectComplete();
      while (world.pages.length > 0) world.closePage(0);
    }),
    { numRuns: 100 },
  );
});
