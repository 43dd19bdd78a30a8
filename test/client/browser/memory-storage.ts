import type { Tab, TabStorage } from '../../../client/browser/tab.ts';

/** A browser's storage, that its pages share. */
export class MemoryStorage implements TabStorage {
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

  removeItem(key: string): void {
    this.#items.delete(key);
  }

  clear(): void {
    this.#items.clear();
  }
}

/** A tab that no other page was in before. */
export function aTab(device = 'a tab', storage = new MemoryStorage()): Tab {
  return { device: () => device, storage };
}
