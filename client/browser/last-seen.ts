/** The part of the `Storage` interface that is used; `localStorage` and `sessionStorage` have it. */
export type SeenStorage = {
  /** Returns the value of the key, or null where there is none. */
  getItem(key: string): string | null;
  /** Sets the value of the key. May throw. */
  setItem(key: string, value: string): void;
};

/**
 * The number of the last message of a uid that any page of this browser has shown, kept in a storage that pages share;
 * and beside it the last that this device has shown, in a storage of the tab. A page that is loaded again goes on from
 * its own: another page has not shown what was only for this one. A storage may be denied or full: then nothing is
 * read from it, and each page goes by what it has shown itself.
 */
export class LastSeen {
  readonly #shared: Mark;
  readonly #own: Mark;

  constructor(storage: SeenStorage, tabStorage: SeenStorage, url: string, uid: string, device: string) {
    this.#shared = new Mark(storage, [url, uid]);
    this.#own = new Mark(tabStorage, [url, uid, device]);
  }

  get(): number | undefined {
    return this.#own.get() ?? this.#shared.get();
  }

  /**
   * Unless another page has seen more. An equal number is written again: between another page's reading and its writing
   * of a lower number there may have been ours.
   */
  raise(seq: number): void {
    for (const mark of [this.#shared, this.#own]) if ((mark.get() ?? 0) <= seq) mark.set(seq);
  }

  /** The numbers are given anew: one above `latest` is of the old ones. */
  restart(latest: number): void {
    for (const mark of [this.#shared, this.#own]) if ((mark.get() ?? 0) > latest) mark.set(0);
  }
}

class Mark {
  readonly #storage: SeenStorage;
  readonly #key: string;

  constructor(storage: SeenStorage, key: readonly string[]) {
    this.#storage = storage;
    this.#key = `uidpush ${JSON.stringify(key)}`;
  }

  get(): number | undefined {
    try {
      const text = this.#storage.getItem(this.#key);
      const seq = text ? Number(text) : -1;
      return Number.isSafeInteger(seq) && seq >= 0 ? seq : undefined;
    } catch {
      return undefined;
    }
  }

  set(seq: number): void {
    try {
      this.#storage.setItem(this.#key, `${seq}`);
    } catch {}
  }
}
