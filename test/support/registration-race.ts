import { disconnectRoute } from '../../lambda/presence/disconnect-route.ts';
import { forgetClosedConnection } from '../../lambda/registration/forget-connection.ts';
import { registerFramed, registerPlain } from '../../lambda/registration/register-socket.ts';
import { connectionsTo } from './connections-to.ts';
import { MemoryConnectionTable } from './memory-connection-table.ts';
import { MemoryRevocationTable } from './memory-revocation-table.ts';
import type * as fc from './properties.ts';
import { pushDependencies } from './push-dependencies.ts';
import { stepwise } from './stepwise.ts';

/** The time of all that says no other. */
export const now = Date.parse('2026-01-01T12:00:00Z');

export type Registering = {
  isFramed: boolean;
  /** Of the token, in seconds. @default now */
  issuedAt?: number;
  /** When API Gateway received the message. @default now */
  receivedAt?: number;
};

/** The real functions on tables in memory: whose operation is next is the scheduler's choice. */
export class RegistrationRace {
  readonly open = new Set<string>();
  readonly frames: string[] = [];
  readonly #table = new MemoryConnectionTable();
  readonly #revocations = new MemoryRevocationTable();
  readonly #scheduler: fc.Scheduler;
  readonly #isSingle: boolean;

  constructor(scheduler: fc.Scheduler, { isSingle = false } = {}) {
    this.#scheduler = scheduler;
    this.#isSingle = isSingle;
  }

  async register(
    connectionId: string,
    { isFramed, issuedAt = now / 1_000, receivedAt = now }: Registering,
  ): Promise<void> {
    this.open.add(connectionId);
    const { table, revocations, connections } = this.#of(`register ${connectionId}`);
    const register = isFramed ? registerFramed : registerPlain;
    const text = isFramed ? JSON.stringify({ action: 'register', token: 'token' }) : 'token';
    const incoming = { connectionId, connectedAt: now, receivedAt, text };
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
      isSingle: this.#isSingle,
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

  /** Deletes the connection's row by hand, as a 410 that was none may have. */
  async loseRow(connectionId: string): Promise<void> {
    await this.#table.removeConnection('u', connectionId);
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
      connections: connectionsTo({
        post: async (connectionId, frame) => {
          await step('post');
          if (!this.open.has(connectionId)) return 'gone';
          this.frames.push(frame);
          return 'delivered';
        },
        close: async (connectionId) => {
          await step('close');
          return this.open.delete(connectionId) ? 'closed' : 'gone';
        },
      }),
    };
  }
}
