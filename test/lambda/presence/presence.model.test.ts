import { expect, test } from 'vitest';
import * as fc from '../../support/properties.ts';
import { graceMs, PresenceWorld } from './presence-world.ts';

const uids = ['u1', 'u2'];

/** Which of its steps a function does not do any more; most do them all. */
const dying = fc.oneof(
  { weight: 2, arbitrary: fc.constant(Number.POSITIVE_INFINITY) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }) },
);
const living = fc.constant(Number.POSITIVE_INFINITY);
const uid = fc.constantFrom(...uids);

type Event =
  | { kind: 'connect' | 'push' | 'kick'; uid: string; diesBefore: number }
  | { kind: 'disconnect'; which: number; how: 'told' | 'told twice' | 'lost'; diesBefore: number }
  | { kind: 'work' | 'sweep'; diesBefore: number }
  | { kind: 'pass'; milliseconds: number };

/** `faults`: of what browsers and backends cause, by which something may be missed until a connection's end. */
function events(faults: boolean): fc.Arbitrary<Event[][]> {
  const diesBefore = faults ? dying : living;
  const how = faults ? fc.constantFrom('told', 'told twice', 'lost') : fc.constantFrom('told', 'told twice');
  const ofUid = (kind: 'connect' | 'push' | 'kick') =>
    fc.record({ kind: fc.constant(kind), uid, diesBefore });
  const one = fc.oneof(
    { weight: 4, arbitrary: ofUid('connect') },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('disconnect'), which: fc.nat(9), how, diesBefore }),
    },
    { weight: 1, arbitrary: ofUid('push') },
    { weight: 1, arbitrary: ofUid('kick') },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('work'), diesBefore: dying }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep'), diesBefore: dying }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('pass'),
        milliseconds: fc.constantFrom(1, 1_000, 14_000, graceMs, 30_000, ...(faults ? [3_600_000] : [])),
      }),
    },
  ) as fc.Arbitrary<Event>;
  return fc.array(fc.array(one, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 });
}

/** Lines of events; those of one line come one after the other, lines at once. */
async function run(scheduler: fc.Scheduler, lines: Event[][]): Promise<PresenceWorld> {
  const world = new PresenceWorld(() => scheduler.schedule(Promise.resolve()));
  const happen = async (event: Event): Promise<unknown> => {
    switch (event.kind) {
      case 'connect':
        return world.connect(event.uid, event.diesBefore);
      case 'push':
        return world.push(event.uid, event.diesBefore);
      case 'kick':
        return world.kick(event.uid, event.diesBefore);
      case 'disconnect': {
        const socket = world.sockets[event.which];
        return socket && world.disconnect(socket, event.how, event.diesBefore);
      }
      case 'work':
        return world.work(event.diesBefore);
      case 'sweep':
        return world.sweep(event.diesBefore);
      case 'pass':
        return world.pass(event.milliseconds);
    }
  };
  for (const line of lines) {
    void (async () => {
      for (const event of line) await Promise.race([happen(event), scheduler.schedule(Promise.resolve())]);
    })();
  }
  await drain(scheduler);
  return world;
}

/** Runs steps until nobody has one to do: between two, everybody goes on to their next. */
async function drain(scheduler: fc.Scheduler): Promise<void> {
  for (;;) {
    await new Promise(setImmediate);
    if (scheduler.count() === 0) return;
    await scheduler.waitNext(1);
  }
}

/** Lets time pass while workers and sweeps do all that there is to do. */
async function rest(scheduler: fc.Scheduler, world: PresenceWorld, milliseconds: number): Promise<void> {
  const done = async <Result>(work: Promise<Result>): Promise<Result> => {
    await drain(scheduler);
    return work;
  };
  const end = world.clock.now() + milliseconds;
  while (world.clock.now() < end) {
    world.pass(Math.min(30_000, milliseconds / 6));
    await done(world.sweep());
    while (await done(world.work()));
  }
}

async function expectTruth(world: PresenceWorld): Promise<void> {
  for (const one of uids) expect(world.isOnlineByEvents(one)).toBe(await world.isOnlineByTable(one));
}

/** Events come in the order of their epochs, one that comes again is the same, and each says something new. */
function expectOrder(world: PresenceWorld): void {
  for (const one of uids) {
    const told = world.eventsOf(one);
    const distinct = told.filter((event, index) => event.epoch !== told[index - 1]?.epoch);
    expect(distinct.map(({ epoch }) => epoch)).toEqual(
      [...new Set(told.map(({ epoch }) => epoch))].sort((a, b) => a - b),
    );
    for (const event of told) expect(distinct).toContainEqual(event);
    expect(distinct.map(({ type }) => type)).toEqual(
      distinct.map((_, index) => (index % 2 === 0 ? 'user.online' : 'user.offline')),
    );
  }
}

const settings = { numRuns: 500 };

/** One user alone, whose comings and goings meet the workers that look. */
const meetings = fc.array(
  fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('connect' as const), uid: fc.constant('u1'), diesBefore: living }),
      fc.record({
        kind: fc.constant('disconnect' as const),
        which: fc.nat(3),
        how: fc.constant('told' as const),
        diesBefore: living,
      }),
      fc.record({ kind: fc.constant('work' as const), diesBefore: living }),
      fc.record({ kind: fc.constant('pass' as const), milliseconds: fc.constant(graceMs) }),
    ) as fc.Arbitrary<Event>,
    { minLength: 2, maxLength: 6 },
  ),
  { minLength: 2, maxLength: 3 },
);

test('a user who comes back while a worker finds that she has left is online in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.nat(2), async (scheduler, more) => {
      const world = new PresenceWorld(() => scheduler.schedule(Promise.resolve()));
      const done = async (work: Promise<unknown>) => {
        await drain(scheduler);
        await work;
      };
      await done(world.connect('u1'));
      await done(world.work());
      await done(world.disconnect(world.sockets[0]!, 'told'));
      world.pass(graceMs);
      await done(world.work());
      void world.work();
      for (let tab = 0; tab <= more; tab++) void world.connect('u1');
      await drain(scheduler);
      await rest(scheduler, world, 2 * 60_000);

      await expectTruth(world);
      expectOrder(world);
    }),
    settings,
  );
});

test('a while after the last change everybody knows who is online, in whatever order steps are done', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), meetings, async (scheduler, lines) => {
      const world = await run(scheduler, lines);
      await rest(scheduler, world, 2 * 60_000);

      await expectTruth(world);
      expectOrder(world);
    }),
    { numRuns: 3_000 },
  );
});

test('a while after the last change everybody knows who is online, whichever workers died', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), events(false), async (scheduler, lines) => {
      const world = await run(scheduler, lines);
      await rest(scheduler, world, 4 * 60_000);

      await expectTruth(world);
      expectOrder(world);
    }),
    settings,
  );
});

test('at the latest a connection’s life after it, also where it was lost that somebody left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), events(true), fc.boolean(), async (scheduler, lines, isBack) => {
      const world = await run(scheduler, lines);
      await rest(scheduler, world, 2 * 3_600_000 + 12 * 60_000);
      if (isBack) {
        const connecting = world.connect('u1');
        await drain(scheduler);
        await connecting;
        await rest(scheduler, world, 120_000);
      }

      await expectTruth(world);
      expectOrder(world);
    }),
    settings,
  );
});
