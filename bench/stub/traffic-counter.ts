import type { Socket } from 'node:net';

/** Requests that have come, by kind, and bytes in both directions, headers included. */
export type Traffic = { posts: number; tableCalls: number; bytesIn: number; bytesOut: number };

export class TrafficCounter {
  readonly #sockets = new Set<Socket>();
  readonly #counts = { posts: 0, tableCalls: 0 };
  #bytesBefore = { bytesIn: 0, bytesOut: 0 };
  #bytesOfClosed = { bytesIn: 0, bytesOut: 0 };

  count(kind: 'posts' | 'tableCalls'): void {
    this.#counts[kind]++;
  }

  watch(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#bytesOfClosed.bytesIn += socket.bytesRead;
      this.#bytesOfClosed.bytesOut += socket.bytesWritten;
    });
  }

  /** Traffic since the last call. */
  take(): Traffic {
    const { posts, tableCalls } = this.#counts;
    const bytes = { ...this.#bytesOfClosed };
    for (const { bytesRead, bytesWritten } of this.#sockets) {
      bytes.bytesIn += bytesRead;
      bytes.bytesOut += bytesWritten;
    }
    const taken = {
      posts,
      tableCalls,
      bytesIn: bytes.bytesIn - this.#bytesBefore.bytesIn,
      bytesOut: bytes.bytesOut - this.#bytesBefore.bytesOut,
    };
    this.#counts.posts = 0;
    this.#counts.tableCalls = 0;
    this.#bytesBefore = bytes;
    return taken;
  }
}
