type Waiter<Item> = { resolve(item: Item): void; reject(error: Error): void };

/** Items that come when they like, taken one at a time: none is missed, and none is waited for with a sleep. */
export class Queue<Item> {
  readonly #items: Item[] = [];
  readonly #waiters: Waiter<Item>[] = [];
  #end: Error | undefined;

  push(item: Item): void {
    const waiter = this.#waiters.shift();
    if (waiter) waiter.resolve(item);
    else this.#items.push(item);
  }

  /** The oldest item not yet taken. Rejects when there is none and none will come. */
  next(): Promise<Item> {
    if (this.#items.length > 0) return Promise.resolve(this.#items.shift() as Item);
    if (this.#end) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** Items that came and were not taken. */
  get waiting(): readonly Item[] {
    return this.#items;
  }

  /** No more will come. */
  end(reason: Error): void {
    this.#end = reason;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(reason);
  }
}
