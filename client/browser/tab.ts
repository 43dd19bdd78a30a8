import type { SeenStorage } from './last-seen.ts';
import { onVisibility, type Page } from './page-events.ts';

/** As much of a `Storage` as is needed here. */
export type TabStorage = SeenStorage & { removeItem(key: string): void };

/** State that lasts as long as a tab, over reloads. */
export type Tab = {
  /** Returns the name of the tab, the same each time. */
  device(): string;
  storage: SeenStorage;
};

const key = 'uidpush device';

/**
 * A tab by its `sessionStorage`. A tab that is duplicated gets a copy of that, and must not get the name: so the name
 * is in the storage only while the page is hidden, which every page is before it is left.
 *
 *     tab                           its duplicate
 *     load: takes the name
 *     visible                       is made: no name in the copy; makes one
 *     hidden: puts the name back
 *     load: takes the name
 *
 * `makeName`: for a tab that has none.
 */
export function tabOf(storage: TabStorage, page: Page, makeName: () => string): Tab {
  let name: string | undefined;
  const take = () => {
    const kept = attempt(() => storage.getItem(key));
    attempt(() => storage.removeItem(key));
    return kept || undefined;
  };
  return {
    storage,
    device() {
      if (name !== undefined) return name;
      const device = take() ?? makeName();
      onVisibility(page, take, () => attempt(() => storage.setItem(key, device)));
      name = device;
      return device;
    },
  };
}

/** Where there is no storage, or it is denied, even naming it throws. */
function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
