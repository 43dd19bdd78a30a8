/** An id of no client. */
const none = -1;

/**
 * Who acts in which step of time: a ring of steps, each with a list of clients that is threaded through one array, so
 * that a million clients cost no object each. A client waits for one step at a time, at most `maxSteps` ahead.
 */
export class WaitQueue {
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  #waiting = 0;

  constructor(clients: number, maxSteps: number) {
    this.#first = new Int32Array(maxSteps + 1).fill(none);
    this.#next = new Int32Array(clients).fill(none);
  }

  get isEmpty(): boolean {
    return this.#waiting === 0;
  }

  /** Lets a client that isn't waiting wait for `step`. */
  add(client: number, step: number): void {
    const slot = step % this.#first.length;
    this.#next[client] = this.#first[slot] ?? none;
    this.#first[slot] = client;
    this.#waiting += 1;
  }

  /** Calls back for each client of `step`, which no longer waits then and may be added again for a later one. */
  take(step: number, act: (client: number) => void): void {
    const slot = step % this.#first.length;
    let client = this.#first[slot] ?? none;
    this.#first[slot] = none;
    while (client !== none) {
      const next = this.#next[client] ?? none;
      this.#waiting -= 1;
      act(client);
      client = next;
    }
  }
}
