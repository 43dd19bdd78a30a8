import { expect, test } from 'vitest';
import { DELETION_MARGIN_SECONDS } from '../../../lambda/aws/dynamodb-message-log.ts';
import * as fc from '../../support/properties.ts';
import { ModelClient } from './model-client.ts';
import { ModelWorld, type Session, uid } from './model-world.ts';

const longMs = 3_600_000;
const shortMs = 2_000;

/** `diesBefore`: which of its steps a function does not do any more; most do them all. */
const diesBefore = fc.oneof(
  { weight: 2, arbitrary: fc.constant(Number.POSITIVE_INFINITY) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 8 }) },
);
const client = fc.nat(1);
const push = (isLong: fc.Arbitrary<boolean>) =>
  fc.record({
    kind: fc.constant('push' as const),
    count: fc.integer({ min: 1, max: 2 }),
    isLong,
    diesBefore,
  });
const connect = fc.record({ kind: fc.constant('connect' as const), client, diesBefore });
const disconnect = fc.record({ kind: fc.constant('disconnect' as const), client, isTold: fc.boolean() });
const pass = fc.record({
  kind: fc.constant('pass' as const),
  milliseconds: fc.constantFrom(500, 3_000, 20_000, 90_000),
});

type Event =
  | { kind: 'push'; count: number; isLong: boolean; diesBefore: number }
  | { kind: 'connect'; client: number; diesBefore: number }
  | { kind: 'disconnect'; client: number; isTold: boolean }
  | { kind: 'pass'; milliseconds: number };

/** Lines of events; those of one line come one after the other, lines at once. */
function lines(...events: fc.Arbitrary<Event>[]): fc.Arbitrary<Event[][]> {
  return fc.array(fc.array(fc.oneof(...events), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 4,
  });
}

async function run(scheduler: fc.Scheduler, events: Event[][]) {
  const world = new ModelWorld(scheduler, DELETION_MARGIN_SECONDS * 1_000);
  const clients = [new ModelClient(), new ModelClient()];
  const clientOf = (index: number) => clients[index] as ModelClient;
  const happen = (event: Event): Promise<void> => {
    switch (event.kind) {
      case 'push':
        return world.push(event.count, event.isLong ? longMs : shortMs, event.isLong, event.diesBefore);
      case 'connect':
        return world.connect(clientOf(event.client), event.diesBefore);
      case 'disconnect':
        return world.disconnect(clientOf(event.client), event.isTold);
      case 'pass':
        return world.pass(event.milliseconds);
    }
  };
  for (const line of events) {
    void (async () => {
      for (const event of line) await Promise.race([happen(event), scheduler.schedule(Promise.resolve())]);
    })();
  }
  await settle(scheduler);
  return { world, clients };
}

/** Runs steps until nobody has one to do: between two, everybody goes on to their next. */
async function settle(scheduler: fc.Scheduler): Promise<void> {
  for (;;) {
    await new Promise(setImmediate);
    if (scheduler.count() === 0) return;
    await scheduler.waitNext(1);
  }
}

/**
 * Every registered client asks once more and once again, as heartbeats do. The first to ask may find what a push left
 * above the counter when it died, and raises the counter; a client that had all up to the counter by then learns of it
 * by the next heartbeat.
 */
async function heartbeats(scheduler: fc.Scheduler, world: ModelWorld, clients: ModelClient[]) {
  const served = clients.map((one) => world.sessionOf(one)).filter(isServed);
  for (let round = 0; round < 2; round++) {
    for (const session of served) void world.replay(session);
    await settle(scheduler);
  }
  return served;
}

function isServed(session: Session | undefined): session is Session {
  return session?.isOpen === true && session.isServed;
}

async function keptUpToLatest(world: ModelWorld): Promise<{ seq: number }[]> {
  const latest = await world.log.latestOf(uid);
  const kept: { seq: number }[] = [];
  for await (const entry of world.log.entriesAfter(uid, 0, world.now))
    if (entry.seq <= latest) kept.push(entry);
  return kept;
}

/** No number is that of two messages, and each client shows its messages once, in order. */
function expectOnceInOrder(clients: ModelClient[]): void {
  const idOf = new Map<number, string>();
  for (const { shown } of clients) {
    const seqs = shown.map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((one, other) => one - other));
    expect(new Set(shown.map(({ id }) => id)).size).toBe(shown.length);
    for (const { seq, id } of shown) expect(idOf.set(seq, idOf.get(seq) ?? id).get(seq)).toBe(id);
  }
}

const settings = { numRuns: 500 };

test('a message that was pushed is posted to each connection that is registered, once at least', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      lines(push(fc.constant(true)), connect, disconnect),
      async (s, events) => {
        const { world } = await run(s, events);

        for (const { since, wire } of world.sessions.filter(isServed)) {
          for (const { seq } of world.pushed) expect(seq <= since || wire.has(seq)).toBe(true);
        }
      },
    ),
    settings,
  );
});

test('a client shows all that is stored once, in order, and is told of no gap, whoever died meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      lines(push(fc.constant(true)), connect, disconnect),
      async (s, events) => {
        const { world, clients } = await run(s, events);
        const served = await heartbeats(s, world, clients);

        expectOnceInOrder(clients);
        const kept = await keptUpToLatest(world);
        for (const session of served) {
          expect(session.client.shown.map(({ seq }) => seq)).toEqual(kept.map(({ seq }) => seq));
          expect(session.client.gaps).toBe(0);
        }
      },
    ),
    settings,
  );
});

test('where messages expire, a client shows all others once, in order, and is told that it missed some', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      lines(push(fc.boolean()), connect, disconnect, pass),
      async (s, events) => {
        const { world, clients } = await run(s, events);
        const served = await heartbeats(s, world, clients);

        expectOnceInOrder(clients);
        const kept = await keptUpToLatest(world);
        for (const { client: one } of served) {
          const shown = one.shown.map(({ seq }) => seq);
          expect(shown).toEqual(expect.arrayContaining(kept.map(({ seq }) => seq)));
          if (shown.length < one.last) expect(one.gaps).toBeGreaterThan(0);
        }
      },
    ),
    settings,
  );
});
