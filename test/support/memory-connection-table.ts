import { isDeepStrictEqual } from 'node:util';
import type {
  Connection,
  ConnectionTable,
  ModeAndTime,
  OnlineUid,
  Registered,
  Registration,
} from '../../lambda/table/connection-table.ts';

/** A connection table in memory: each operation is atomic, as a single-item operation of DynamoDB is. */
export class MemoryConnectionTable implements ConnectionTable {
  readonly #connections = new Map<string, Map<string, Connection>>();
  readonly #registrations = new Map<string, Registration>();

  async connectionsOf(uid: string, now: number): Promise<Connection[]> {
    const all = [...(this.#connections.get(uid)?.values() ?? [])];
    return all
      .filter(({ expiresAt }) => expiresAt > now / 1000)
      .sort((a, b) => (a.connectionId < b.connectionId ? -1 : 1));
  }

  async hasConnections(uid: string, now: number): Promise<boolean> {
    return (await this.connectionsOf(uid, now)).length > 0;
  }

  async onlineUids(limit: number, after: string | undefined, now: number): Promise<OnlineUid[]> {
    const uids = [...this.#connections.keys()];
    const online: OnlineUid[] = [];
    for (const uid of uids.slice(after === undefined ? 0 : uids.indexOf(after) + 1)) {
      const { length } = await this.connectionsOf(uid, now);
      if (length > 0 && online.length < limit) online.push({ uid, connections: length });
    }
    return online;
  }

  async connectionOf(uid: string, connectionId: string): Promise<Connection | undefined> {
    return this.#connections.get(uid)?.get(connectionId);
  }

  async addConnection(uid: string, connection: Connection): Promise<Connection | undefined> {
    const { connectionId, expiresAt } = connection;
    const ofUid = this.#connections.get(uid) ?? new Map<string, Connection>();
    const before = ofUid.get(connectionId);
    if (before && before.expiresAt >= expiresAt) return undefined;
    const after = { ...connection, ...before, expiresAt };
    this.#connections.set(uid, ofUid.set(connectionId, after));
    return after;
  }

  async replaceConnection(
    uid: string,
    connectionId: string,
    before: ModeAndTime,
    { registeredAt, isFramed }: ModeAndTime,
  ): Promise<boolean> {
    const found = this.#connections.get(uid)?.get(connectionId);
    if (found?.registeredAt !== before.registeredAt || found.isFramed !== before.isFramed) return false;
    this.#connections.get(uid)?.set(connectionId, { ...found, registeredAt, isFramed });
    return true;
  }

  async removeConnection(uid: string, connectionId: string, expected?: ModeAndTime): Promise<void> {
    const found = this.#connections.get(uid)?.get(connectionId);
    const isExpected =
      !expected || (found?.registeredAt === expected.registeredAt && found.isFramed === expected.isFramed);
    if (isExpected) this.#connections.get(uid)?.delete(connectionId);
  }

  async registrationOf(connectionId: string): Promise<Registration | undefined> {
    return this.#registrations.get(connectionId);
  }

  async addFirstRegistration(connectionId: string, registration: Registration): Promise<boolean> {
    if (this.#registrations.has(connectionId)) return false;
    this.#registrations.set(connectionId, registration);
    return true;
  }

  async replaceRegistration(
    connectionId: string,
    before: Registered,
    registration: Registered,
  ): Promise<boolean> {
    if (!isDeepStrictEqual(this.#registrations.get(connectionId), before)) return false;
    this.#registrations.set(connectionId, registration);
    return true;
  }

  async takeRegistration(connectionId: string): Promise<Registered | undefined> {
    const registration = this.#registrations.get(connectionId);
    if (registration === undefined || 'closed' in registration) return undefined;
    this.#registrations.delete(connectionId);
    return registration;
  }

  async markClosed(connectionId: string): Promise<Registration | undefined> {
    const before = this.#registrations.get(connectionId);
    this.#registrations.set(connectionId, { closed: true });
    return before;
  }
}
