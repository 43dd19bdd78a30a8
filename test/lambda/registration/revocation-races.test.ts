import { expect, test } from 'vitest';
import { disconnectRoute } from '../../../lambda/presence/disconnect-route.ts';
import { forgetClosedConnection } from '../../../lambda/registration/forget-connection.ts';
import { registerFramed, registerPlain } from '../../../lambda/registration/register-socket.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import { MemoryRevocationTable } from '../../support/memory-revocation-table.ts';
import * as fc from '../../support/properties.ts';
import { pushDependencies } from '../../support/push-dependencies.ts';
import { stepwise } from '../../support/stepwise.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const seconds = now / 1_000;

/** A token of the uid `u`, by the second in which it was issued. */
const issued = fc.constantFrom(seconds - 60, seconds, seconds + 1);
const socket = fc.record({ issuedAt: issued, isFramed: fc.boolean() });
const sockets = fc.array(socket, { minLength: 1, maxLength: 3 });

/** The real functions on tables in memory: whose operation is next is the scheduler's choice. */
class Race {
  readonly open = new Set<string>();
  readonly frames: string[] = [];
  readonly #table = new MemoryConnectionTable();
  readonly #revocations = new MemoryRevocationTable();
  readonly #scheduler: fc.Scheduler;

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler;
  }

  async register(connectionId: string, issuedAt: number, isFramed: boolean): Promise<void> {
    this.open.add(connectionId);
    const { table, revocations, connections } = this.#of(`register ${connectionId}`);
    const register = isFramed ? registerFramed : registerPlain;
    const text = isFramed ? JSON.stringify({ action: 'register', token: 'token' }) : 'token';
    const incoming = { connectionId, connectedAt: now, receivedAt: now, text };
    await register(incoming, {
      ...pushDependencies({ clock: { now: () => now, sleep: async () => {} } }),
      table,
      revocations,
      connections,
      bothTables: {
        registrationAndLatest: async (id) => ({ registration: await table.registrationOf(id), latest: 0 }),
      },
      identify: async () => ({ uid: 'u', expiresAt: now + 3_600_000, issuedAt }),
      credentialName: 'token',
      isSingle: false,
    });
  }

  async logOut(query: Record<string, string>): Promise<void> {
    const { table, revocations, connections } = this.#of('log out');
    const event = {
      rawPath: '',
      rawQueryString: '',
      headers: {},
      isBase64Encoded: false,
      requestContext: { http: { method: 'DELETE' } },
    };
    await disconnectRoute.handle(
      { event, params: { uid: 'u' }, query },
      {
        ...pushDependencies({ table, connections, clock: { now: () => now, sleep: async () => {} } }),
        revocation: { table: revocations, maxTokenSeconds: 3_600 },
      },
    );
  }

  async ended(functions: Promise<void>[]): Promise<void> {
    await this.#scheduler.waitFor(Promise.all(functions));
  }

  async reached(): Promise<string[]> {
    return (await this.#table.connectionsOf('u', now)).map(({ connectionId }) => connectionId);
  }

  /** API Gateway calls `$disconnect` for what was closed. */
  async disconnect(connectionId: string): Promise<void> {
    const { table } = this.#of(`$disconnect ${connectionId}`);
    await forgetClosedConnection(table, { connectionId, connectedAt: now }, now);
  }

  #of(caller: string) {
    const step = (name: string) => this.#scheduler.schedule(Promise.resolve(), `${caller}: ${name}`);
    return {
      table: stepwise(this.#table, step),
      revocations: stepwise(this.#revocations, step),
      connections: {
        post: async (connectionId: string, frame: string) => {
          await step('post');
          if (!this.open.has(connectionId)) return 'gone' as const;
          this.frames.push(frame);
          return 'delivered' as const;
        },
        close: async (connectionId: string) => {
          await step('close');
          return this.open.delete(connectionId) ? ('closed' as const) : ('gone' as const);
        },
      },
    };
  }
}

function assertAlways(property: fc.IAsyncProperty<unknown[]>): Promise<void> {
  return fc.assert(property, { numRuns: 500 }) as Promise<void>;
}

test('of the registrations under way while a uid is logged out, none with an older token survives', async () => {
  await assertAlways(
    fc.asyncProperty(fc.scheduler(), sockets, async (scheduler, opened) => {
      const race = new Race(scheduler);
      const registrations = opened.map(({ issuedAt, isFramed }, index) =>
        race.register(`c${index}`, issuedAt, isFramed),
      );
      await race.ended([...registrations, race.logOut({ revoke: '' })]);

      for (const [index, { issuedAt }] of opened.entries()) {
        if (issuedAt > seconds) continue;
        expect(await race.reached()).not.toContain(`c${index}`);
        expect([...race.open]).not.toContain(`c${index}`);
      }
    }),
  );
});

test('a registration with a token from after it survives, unless it was closed with the others', async () => {
  await assertAlways(
    fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, isFramed) => {
      const race = new Race(scheduler);
      await race.ended([race.register('c', seconds + 1, isFramed), race.logOut({ revoke: '' })]);

      expect(await race.reached()).toEqual([...race.open]);
      await race.ended([race.register('later', seconds + 1, isFramed)]);
      expect(await race.reached()).toContain('later');
    }),
  );
});

test('of a uid that is blocked nobody stays, whatever the token says', async () => {
  await assertAlways(
    fc.asyncProperty(fc.scheduler(), sockets, async (scheduler, opened) => {
      const race = new Race(scheduler);
      const registrations = opened.map(({ issuedAt, isFramed }, index) =>
        race.register(`c${index}`, issuedAt, isFramed),
      );
      await race.ended([...registrations, race.logOut({ block: '60' })]);
      await race.ended(opened.map((_, index) => race.disconnect(`c${index}`)));

      expect(await race.reached()).toEqual([]);
      expect([...race.open]).toEqual([]);
    }),
  );
});
