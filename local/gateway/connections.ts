import type { Connection } from './connection.ts';

/** The connections that are open, by id. */
export class Connections {
  readonly #connections = new Map<string, Connection>();

  add(connection: Connection): void {
    this.#connections.set(connection.id, connection);
  }

  remove(connection: Connection): void {
    this.#connections.delete(connection.id);
  }

  /** `undefined` as soon as either side has begun to close it. */
  find(connectionId: string): Connection | undefined {
    const connection = this.#connections.get(connectionId);
    return connection?.isOpen ? connection : undefined;
  }

  ids(): string[] {
    return [...this.#connections.values()].filter(({ isOpen }) => isOpen).map(({ id }) => id);
  }
}
