/** The part of the `Storage` interface that is used; `localStorage` and `sessionStorage` have it. */
export type SeenStorage = {
  /** Returns the value of the key, or null where there is none. */
  getItem(key: string): string | null;
  /** Sets the value of the key. May throw. */
  setItem(key: string, value: string): void;
};

/**
 * The number of the last message of a uid that any page of this browser has shown, kept in a storage that pages share.
 * A storage may be denied or full: then nothing is read from it, and each page goes by what it has shown itself.
 */
export class LastSeen {
  readonly #storage: SeenStorage;
  readonly #key: string;

  constructor(storage: SeenStorage, url: string, uid: string) {
    this.#storage = storage;
    this.#key = `uidpush ${JSON.stringify([url, uid])}`;
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

  /**
   * Unless another page has seen more. An equal number is written again: between another page's reading and its writing
   * of a lower number there may have been ours.
   */
  raise(seq: number): void {
    if ((this.get() ?? 0) <= seq) this.#set(seq);
  }

  /** The numbers are given anew: one above `latest` is of the old ones. */
  restart(latest: number): void {
    if ((this.get() ?? 0) > latest) this.#set(0);
  }

  #set(seq: number): void {
    try {
      this.#storage.setItem(this.#key, `${seq}`);
    } catch {}
  }
}
