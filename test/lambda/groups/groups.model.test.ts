import { expect, test } from 'vitest';
import * as fc from '../../support/properties.ts';
import { type Change, ModelWorld, type Push, type Socket } from './model-world.ts';

const uids = ['u1', 'u2'];
const never = Number.POSITIVE_INFINITY;

/** `diesBefore`: which of its steps a function does not do any more. */
const dies = fc.oneof(
  { weight: 2, arbitrary: fc.constant(never) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 12 }) },
);
const lives = fc.constant(never);
const uid = fc.constantFrom(...uids);
const socket = fc.nat(3);

type Event =
  | { kind: 'register' | 'put' | 'takeOut'; uid: string; diesBefore: number }
  | { kind: 'join' | 'leave'; socket: number; diesBefore: number }
  | { kind: 'close'; socket: number; isTold: boolean; diesBefore: number }
  | { kind: 'push'; diesBefore: number }
  | { kind: 'pushInBackground'; workerDiesBefore: number }
  | { kind: 'grow' };

function events(diesBefore: fc.Arbitrary<number>, isTold: fc.Arbitrary<boolean>): fc.Arbitrary<Event> {
  const ofUid = fc.record({
    kind: fc.constantFrom('register' as const, 'register' as const, 'put' as const, 'takeOut' as const),
    uid,
    diesBefore,
  });
  const ofSocket = fc.record({
    kind: fc.constantFrom('join' as const, 'leave' as const),
    socket,
    diesBefore,
  });
  const close = fc.record({ kind: fc.constant('close' as const), socket, isTold, diesBefore });
  const push = fc.record({ kind: fc.constant('push' as const), diesBefore });
  const pushInBackground = fc.record({
    kind: fc.constant('pushInBackground' as const),
    workerDiesBefore: dies,
  });
  const grow = fc.record({ kind: fc.constant('grow' as const) });
  return fc.oneof(
    { weight: 6, arbitrary: ofUid },
    { weight: 3, arbitrary: ofSocket },
    { weight: 2, arbitrary: close },
    { weight: 3, arbitrary: push },
    { weight: 2, arbitrary: pushInBackground },
    { weight: 1, arbitrary: grow },
  );
}

/** Lines of events; those of one line come one after the other, lines at once. */
const lines = (event: fc.Arbitrary<Event>) =>
  fc.array(fc.array(event, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });

function happen(world: ModelWorld, event: Event): Promise<void> {
  const at = (index: number): Socket | undefined => world.sockets[index];
  switch (event.kind) {
    case 'register':
      return world.register(event.uid, event.diesBefore);
    case 'put':
      return world.put(event.uid, event.diesBefore);
    case 'takeOut':
      return world.takeOut(event.uid, event.diesBefore);
    case 'push':
      return world.push(event.diesBefore);
    case 'pushInBackground':
      return world.pushInBackground(event.workerDiesBefore);
    case 'grow':
      return world.grow();
    default: {
      const found = at(event.socket);
      if (found === undefined) return Promise.resolve();
      if (event.kind === 'close') return world.close(found, event.isTold, event.diesBefore);
      return world.join(found, event.kind === 'join' ? 'in' : 'out', event.diesBefore);
    }
  }
}

async function run(scheduler: fc.Scheduler, all: Event[][]): Promise<ModelWorld> {
  const world = new ModelWorld(scheduler);
  for (const line of all) {
    void (async () => {
      for (const event of line) {
        // What a function that died was to do is not waited for.
        const isLost = 'diesBefore' in event && event.diesBefore !== never;
        const done = happen(world, event);
        await (isLost ? Promise.race([done, scheduler.schedule(Promise.resolve())]) : done);
      }
    })();
  }
  await settle(scheduler);
  return world;
}

/** Runs steps until nobody has one to do: between two, everybody goes on to their next. */
async function settle(scheduler: fc.Scheduler): Promise<void> {
  for (;;) {
    await new Promise(setImmediate);
    if (scheduler.count() === 0) return;
    await scheduler.waitNext(1);
  }
}

/** What the living did: pages whose registration was not answered register anew, and backends repeat. */
async function repeatWhatDied(scheduler: fc.Scheduler, world: ModelWorld): Promise<void> {
  for (const open of world.sockets.filter(({ isOpen }) => isOpen)) void world.register(open.uid, never, open);
  await settle(scheduler);
  for (const { kind, uid: whose, connectionId } of lastUnanswered(world.changes)) {
    const found = world.sockets.find((one) => one.connectionId === connectionId);
    if (found) void world.join(found, kind, never);
    else void (kind === 'in' ? world.put(whose, never) : world.takeOut(whose, never));
    await settle(scheduler);
  }
  // A push meets the rows of closed connections.
  void world.push(never);
  await settle(scheduler);
}

function lastUnanswered(changes: readonly Change[]): Change[] {
  return changes.filter(({ end }) => end === undefined);
}

/** Whether a change was over before the push began. */
const isBefore = ({ end }: Change, push: Push) => end !== undefined && end < push.start;
/** Whether it began after the push had ended. */
const isAfter = ({ start }: Change, push: Push) => push.end !== undefined && start > push.end;

/** What certainly was, all the time of the push, of those changes that concern the connection. */
function certain(push: Push, changes: readonly Change[]): 'in' | 'out' | 'unknown' {
  const relevant = changes.filter((change) => !isAfter(change, push));
  if (relevant.some((change) => !isBefore(change, push))) return 'unknown';
  // Changes that overlapped may have taken effect in either order.
  const [last] = relevant.toSorted((one, other) => (other.end ?? 0) - (one.end ?? 0));
  if (last === undefined) return 'out';
  const overlapping = relevant.filter((one) => one !== last && (one.end ?? 0) > last.start);
  return overlapping.some(({ kind }) => kind !== last.kind) ? 'unknown' : last.kind;
}

const settings = { numRuns: 400 };

test('at rest the connections in a group are those of its members, and those that have joined', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), lines(events(lives, fc.constant(true))), async (scheduler, all) => {
      const world = await run(scheduler, all);

      expect(await world.found()).toEqual(await world.expected(uids));
    }),
    settings,
  );
});

test('and so they are when functions died, once what they were to do has been repeated', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), lines(events(dies, fc.boolean())), async (scheduler, all) => {
      const world = await run(scheduler, all);
      await repeatWhatDied(scheduler, world);

      const open = world.sockets.filter(({ isOpen }) => isOpen).map(({ connectionId }) => connectionId);
      // The uid's row of a closed connection may be there until a push to the uid.
      const expected = (await world.expected(uids)).filter((id) => open.includes(id));
      expect(await world.found()).toEqual(expected);
    }),
    settings,
  );
});

test('a push, in the background too, reaches once everybody who was in before it, and nobody who had left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), lines(events(lives, fc.constant(true))), async (scheduler, all) => {
      const world = await run(scheduler, all);

      for (const push of world.pushes.filter(({ end }) => end !== undefined)) {
        for (const one of world.sockets) {
          const count = one.got.get(push.id) ?? 0;
          if (!push.isRepeated) expect(count).toBeLessThanOrEqual(1);
          const ofUid = world.changes.filter(
            (change) => change.uid === one.uid && change.connectionId === undefined,
          );
          const ofSocket = world.changes.filter(({ connectionId }) => connectionId === one.connectionId);
          const [byUid, bySocket] = [certain(push, ofUid), certain(push, ofSocket)];
          // To take a uid out takes out what has joined, too.
          const isIn = byUid === 'in' || (bySocket === 'in' && ofUid.every(({ kind }) => kind === 'in'));
          const wasThere = one.isOpen && (one.registeredAt ?? Number.POSITIVE_INFINITY) < push.start;
          if (isIn && wasThere) expect(count).toBeGreaterThanOrEqual(1);
          if (byUid === 'out' && bySocket === 'out') expect(count).toBe(0);
        }
        if (push.broadcast === undefined || push.isRepeated) continue;
        const reached = world.sockets.reduce((total, { got }) => total + (got.get(push.id) ?? 0), 0);
        expect(await world.broadcasts.stateOf(push.broadcast)).toMatchObject({ delivered: reached });
      }
    }),
    settings,
  );
});
