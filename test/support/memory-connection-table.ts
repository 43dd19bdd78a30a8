import type {
  Connection,
  ConnectionTable,
  OnlineUid,
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

  async onlineUids(limit: number, after: string | undefined, now: number): Promise<OnlineUid[]> {
    const uids = [...this.#connections.keys()];
    const online: OnlineUid[] = [];
    for (const uid of uids.slice(after === undefined ? 0 : uids.indexOf(after) + 1)) {
      const { length } = await this.connectionsOf(uid, now);
      if (length > 0 && online.length < limit) online.push({ uid, connections: length });
    }
    return online;
  }

  async addConnection(uid: string, connection: Connection): Promise<void> {
    const ofUid = this.#connections.get(uid) ?? new Map<string, Connection>();
    this.#connections.set(uid, ofUid.set(connection.connectionId, connection));
  }

  async removeConnection(uid: string, connectionId: string): Promise<void> {
    this.#connections.get(uid)?.delete(connectionId);
  }

  async registrationOf(connectionId: string): Promise<Registration | undefined> {
    return this.#registrations.get(connectionId);
  }

  async addFirstRegistration(connectionId: string, registration: Registration): Promise<boolean> {
    if (this.#registrations.has(connectionId)) return false;
    this.#registrations.set(connectionId, registration);
    return true;
  }

  async takeRegistration(connectionId: string): Promise<Registration | undefined> {
    const registration = this.#registrations.get(connectionId);
    this.#registrations.delete(connectionId);
    return registration;
  }
}
