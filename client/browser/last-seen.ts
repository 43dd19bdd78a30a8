import { SEEN_SECONDS } from '../../protocol/limits.ts';

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
 *
 * Both are forgotten when no page has shown or missed anything for `SEEN_SECONDS`: the service's counter may be gone
 * then, and begin anew at 1. The time is a value of its own, which pages of older releases leave alone.
 */
export class LastSeen {
  readonly #shared: Mark;
  readonly #own: Mark;

  constructor(
    storage: SeenStorage,
    tabStorage: SeenStorage,
    url: string,
    uid: string,
    device: string,
    now: () => number,
  ) {
    this.#shared = new Mark(storage, [url, uid], now);
    this.#own = new Mark(tabStorage, [url, uid, device], now);
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
  readonly #now: () => number;

  constructor(storage: SeenStorage, key: readonly string[], now: () => number) {
    this.#storage = storage;
    this.#now = now;
    this.#key = `uidpush ${JSON.stringify(key)}`;
  }

  get(): number | undefined {
    try {
      const text = this.#storage.getItem(this.#key);
      const seq = text ? Number(text) : -1;
      const now = this.#now();
      // Without a time it is of an older release, and counts from now on.
      const at = Number(this.#storage.getItem(`${this.#key} at`) ?? now);
      const isForgotten = now - at > SEEN_SECONDS * 1_000;
      return Number.isSafeInteger(seq) && seq >= 0 && !isForgotten ? seq : undefined;
    } catch {
      return undefined;
    }
  }

  set(seq: number): void {
    try {
      this.#storage.setItem(this.#key, `${seq}`);
      this.#storage.setItem(`${this.#key} at`, `${this.#now()}`);
    } catch {}
  }
}
