import { expect, test } from 'vitest';
import * as fc from '../../support/properties.ts';
import { graceMs, PresenceWorld, type Socket } from '../presence/presence-world.ts';

const uids = ['u1', 'u2', 'u3'];
const uid = fc.constantFrom(...uids);
const living = fc.constant(Number.POSITIVE_INFINITY);
const dying = fc.oneof(
  { weight: 3, arbitrary: living },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 12 }) },
);

type Event =
  | { kind: 'connect'; uid: string }
  | { kind: 'disconnect'; which: number }
  | { kind: 'watch'; which: number; uids: string[]; diesBefore: number }
  | { kind: 'work'; diesBefore: number }
  | { kind: 'pass'; milliseconds: number };

/** `deaths`: of functions in the middle of what they do. */
function events(deaths: boolean): fc.Arbitrary<Event[][]> {
  const diesBefore = deaths ? dying : living;
  const one = fc.oneof(
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('connect'), uid }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('disconnect'), which: fc.nat(9) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('watch'),
        which: fc.nat(3),
        uids: fc.uniqueArray(uid, { maxLength: 3 }),
        diesBefore,
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('work'), diesBefore }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('pass'), milliseconds: fc.constantFrom(1, graceMs, 30_000) }),
    },
  ) as fc.Arbitrary<Event>;
  return fc.array(fc.array(one, { minLength: 2, maxLength: 7 }), { minLength: 2, maxLength: 3 });
}

/** Runs steps until nobody has one to do: between two, everybody goes on to their next. */
async function drain(scheduler: fc.Scheduler): Promise<void> {
  for (;;) {
    await new Promise(setImmediate);
    if (scheduler.count() === 0) return;
    await scheduler.waitNext(1);
  }
}

class Pages {
  readonly world: PresenceWorld;
  readonly #scheduler: fc.Scheduler;

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler;
    this.world = new PresenceWorld(() => scheduler.schedule(Promise.resolve()), { hasWatch: true });
  }

  async done<Result>(work: Promise<Result>): Promise<Result> {
    await drain(this.#scheduler);
    return work;
  }

  /** Those of one line come one after the other, lines at once. */
  async run(lines: Event[][]): Promise<void> {
    const { world } = this;
    const happen = async (event: Event): Promise<unknown> => {
      const socket = 'which' in event ? world.sockets[event.which] : undefined;
      if (event.kind === 'connect') return world.connect(event.uid);
      if (event.kind === 'work') return world.work(event.diesBefore);
      if (event.kind === 'pass') return world.pass(event.milliseconds);
      if (event.kind === 'disconnect') return socket && world.disconnect(socket, 'told');
      return socket && world.watch(socket, event.uids, event.diesBefore);
    };
    for (const line of lines) {
      void (async () => {
        for (const event of line)
          await Promise.race([happen(event), this.#scheduler.schedule(Promise.resolve())]);
      })();
    }
    await drain(this.#scheduler);
  }

  /** Time passes while workers do all that there is to do. */
  async rest(milliseconds: number): Promise<void> {
    const end = this.world.clock.now() + milliseconds;
    while (this.world.clock.now() < end) {
      this.world.pass(10_000);
      while (await this.done(this.world.work()));
    }
  }

  get open(): Socket[] {
    return this.world.sockets.filter(({ isOpen }) => isOpen);
  }

  async expectTruth(): Promise<void> {
    for (const { watched, shown } of this.open) {
      for (const one of watched) {
        expect(shown.get(one)?.online, one).toBe(await this.world.isOnlineByTable(one));
      }
    }
  }

  async expectRows(): Promise<void> {
    for (const one of uids) {
      const watchers = this.open.filter(({ watched }) => watched.includes(one));
      expect(await this.world.watchersOf(one)).toEqual(
        watchers.map(({ connectionId }) => connectionId).sort(),
      );
    }
  }
}

const settings = { numRuns: 1_000 };

test('a page that watches sees the truth in the end, whatever was done at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), events(false), async (scheduler, lines) => {
      const pages = new Pages(scheduler);
      await pages.run(lines);
      await pages.rest(2 * 60_000);

      await pages.expectTruth();
      await pages.expectRows();
    }),
    settings,
  );
});

test('whoever died meanwhile: a page that got no answer watches again, and sees it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), events(true), async (scheduler, lines) => {
      const pages = new Pages(scheduler);
      await pages.run(lines);
      await pages.rest(2 * 60_000);
      for (const [index, socket] of pages.open.entries()) {
        await pages.done(pages.world.watch(socket, uids.slice(index % 3)));
      }
      await pages.expectTruth();
      for (const one of uids) await pages.done(pages.world.connect(one));
      await pages.rest(2 * 60_000);

      await pages.expectTruth();
    }),
    settings,
  );
});

test('a page that begins to watch while a worker finds that the uid has left, or takes that back, misses nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, comesBack) => {
      const pages = new Pages(scheduler);
      const { world } = pages;
      const watcher = await pages.done(world.connect('u2'));
      const leaver = await pages.done(world.connect('u1'));
      await pages.done(world.work());
      await pages.done(world.disconnect(leaver, 'told'));
      world.pass(graceMs);
      await pages.done(world.work());
      void world.work();
      void world.watch(watcher, ['u1']);
      if (comesBack) void world.connect('u1');
      await drain(scheduler);
      await pages.rest(2 * 60_000);

      await pages.expectTruth();
      expect(watcher.watched).toEqual(['u1']);
    }),
    settings,
  );
});

test('rows are as the list that counts has them, however many frames of a page are handled at once', async () => {
  const lists = fc.array(fc.uniqueArray(uid, { maxLength: 3 }), { minLength: 2, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), lists, async (scheduler, all) => {
      const pages = new Pages(scheduler);
      const watcher = await pages.done(pages.world.connect('u1'));
      for (const list of all) void pages.world.watch(watcher, list);
      await drain(scheduler);

      const rows = [];
      for (const one of uids) if ((await pages.world.watchersOf(one)).length > 0) rows.push(one);
      expect(rows).toEqual((await pages.world.listOf(watcher)).toSorted());
    }),
    settings,
  );
});
