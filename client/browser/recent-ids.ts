/** Far more than arrive while two connections overlap. */
const maxIds = 4_096;

/** Remembers which pushes were shown, the newest of them. */
export class RecentIds {
  readonly #ids = new Set<string>();

  /** Returns whether `id` is new, and remembers it. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > maxIds) {
      // A set keeps the order in which its members came.
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
    return true;
  }

  /** It was not shown after all. */
  delete(id: string): void {
    this.#ids.delete(id);
  }
}
