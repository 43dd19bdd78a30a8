import type { SeenStorage } from '../../../client/browser/last-seen.ts';

/** A browser's storage, that its pages share. */
export class MemoryStorage implements SeenStorage {
  readonly #items = new Map<string, string>();

  get keys(): string[] {
    return [...this.#items.keys()];
  }

  get values(): string[] {
    return [...this.#items.values()];
  }

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }

  clear(): void {
    this.#items.clear();
  }
}
