import { expect, test } from 'vitest';
import {
  forgetClosedConnection,
  forgetGoneConnection,
} from '../../../lambda/registration/forget-connection.ts';
import { precedes } from '../../../lambda/registration/precedence.ts';
import {
  registerFramedConnection,
  registerPlainConnection,
} from '../../../lambda/registration/register-connection.ts';
import type { Registered } from '../../../lambda/table/connection-table.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import * as fc from '../../support/properties.ts';
import { stepwise } from '../../support/stepwise.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const connection = { connectionId: 'c', connectedAt: now };
const uids = ['u1', 'u2', '{"type":"hello"}'];

const message = fc.record({
  uid: fc.constantFrom(...uids),
  registeredAt: fc.integer({ min: now, max: now + 2 }),
  isFramed: fc.boolean(),
});
const messages = fc.array(message, { minLength: 1, maxLength: 3 });

/**
 * The functions of one connection, on one table. Which operation of which function is next is the scheduler's choice; a
 * function dies before its operation number `diesBefore`.
 */
class Race {
  readonly table = new MemoryConnectionTable();
  readonly #scheduler: fc.Scheduler;

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler;
  }

  async register({ uid, registeredAt, isFramed }: Registered, diesBefore?: number): Promise<void> {
    const table = this.#of(`${uid} at ${registeredAt - now}`, diesBefore);
    const registrationAndLatest = async () => ({
      registration: await table.registrationOf('c'),
      latest: 0,
    });
    const received = { ...connection, receivedAt: registeredAt };
    if (!isFramed) await registerPlainConnection(table, received, { uid }, undefined);
    else await registerFramedConnection(table, { registrationAndLatest }, received, { uid }, undefined);
  }

  async close(): Promise<void> {
    await forgetClosedConnection(this.#of('$disconnect'), connection, now + 5);
  }

  /** A push finds a connection that lives gone. */
  async findGone(uid: string): Promise<void> {
    await forgetGoneConnection(this.#of('push'), uid, 'c');
  }

  async ended(functions: Promise<void>[]): Promise<void> {
    await this.#scheduler.waitFor(Promise.allSettled(functions));
  }

  /** The uids by which pushes reach the connection, with the mode and the time that its row has. */
  async rows(): Promise<Registered[]> {
    const rows = await Promise.all(
      uids.map(async (uid) => ({ uid, row: await this.table.connectionOf(uid, 'c') })),
    );
    return rows.flatMap(({ uid, row }) =>
      row ? [{ uid, registeredAt: row.registeredAt, isFramed: row.isFramed }] : [],
    );
  }

  #of(caller: string, diesBefore = Number.POSITIVE_INFINITY) {
    let operations = 0;
    return stepwise(this.table, async (name) => {
      operations += 1;
      await this.#scheduler.schedule(Promise.resolve(), `${caller}: ${name}`);
      if (operations >= diesBefore) throw new Error('died');
    });
  }
}

function assertAlways(property: fc.IAsyncProperty<unknown[]>): Promise<void> {
  return fc.assert(property, { numRuns: 1_000 }) as Promise<void>;
}

test('whichever is faster, the earliest message stands, and leaves no row of another', async () => {
  await assertAlways(
    fc.asyncProperty(fc.scheduler(), messages, async (scheduler, sent) => {
      const race = new Race(scheduler);
      await race.ended(sent.map((one) => race.register(one)));

      const earliest = sent.filter((one) => !sent.some((other) => precedes(other, one)));
      const standing = await race.table.registrationOf('c');
      expect(earliest).toContainEqual(standing);
      expect(await race.rows()).toEqual([standing]);
    }),
  );
});

test('a connection that closes while its messages register leaves no row that a push would find', async () => {
  await assertAlways(
    fc.asyncProperty(fc.scheduler(), messages, async (scheduler, sent) => {
      const race = new Race(scheduler);
      await race.ended([...sent.map((one) => race.register(one)), race.close()]);

      expect(await race.rows()).toEqual([]);
    }),
  );
});

test('a message whose function dies leaves its own row at most; the connection is reached, and by what stands', async () => {
  await assertAlways(
    fc.asyncProperty(
      fc.scheduler(),
      messages,
      fc.integer({ min: 1, max: 8 }),
      async (scheduler, sent, diesBefore) => {
        const race = new Race(scheduler);
        const [dead] = sent;
        await race.ended(sent.map((one, index) => race.register(one, index === 0 ? diesBefore : undefined)));

        const standing = await race.table.registrationOf('c');
        const reachable = (await race.rows()).map(({ uid }) => uid);
        const allowed = [dead?.uid, standing && 'uid' in standing ? standing.uid : undefined];
        for (const uid of reachable) expect(allowed).toContain(uid);
        if (standing || sent.length > 1) expect(reachable).not.toEqual([]);
        await race.ended([race.close()]);
        for (const { uid } of await race.rows()) expect(uid).toBe(dead?.uid);
      },
    ),
  );
});

test('a connection that a push takes for gone while its messages register can be registered again as the same', async () => {
  await assertAlways(
    fc.asyncProperty(fc.scheduler(), messages, async (scheduler, sent) => {
      const race = new Race(scheduler);
      const [first] = sent;
      if (first === undefined) return;
      await race.ended([...sent.map((one) => race.register(one)), race.findGone(first.uid)]);

      const again = { ...first, registeredAt: now + 60_000 };
      await race.ended([race.register(again)]);
      const standing = await race.table.registrationOf('c');
      expect(standing).toBeDefined();
      const rows = await race.rows();
      if (standing && 'uid' in standing && standing.uid === first.uid) {
        expect(rows.map(({ uid }) => uid)).toContain(first.uid);
      }
    }),
  );
});
