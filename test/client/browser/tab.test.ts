import { describe, expect, test } from 'vitest';
import { type Tab, tabOf } from '../../../client/browser/tab.ts';
import { aTab, MemoryStorage } from './memory-storage.ts';
import { pageOfAlice, replayed, Setting, stored } from './setting.ts';

/** A page in a tab with this storage, whose names are counted. */
class Page {
  static made = 0;
  readonly #target = Object.assign(new EventTarget(), {
    document: Object.assign(new EventTarget(), { visibilityState: 'visible' as DocumentVisibilityState }),
  });
  readonly storage: MemoryStorage;
  readonly tab: Tab;

  constructor(storage: MemoryStorage) {
    this.storage = storage;
    this.tab = tabOf(storage, this.#target, () => `made ${++Page.made}`);
  }

  become(visibilityState: DocumentVisibilityState): void {
    this.#target.document.visibilityState = visibilityState;
    this.#target.document.dispatchEvent(new Event('visibilitychange'));
  }

  leave(): void {
    this.#target.dispatchEvent(new Event('pagehide'));
  }
}

function copyOf(storage: MemoryStorage): MemoryStorage {
  const copy = new MemoryStorage();
  for (const key of storage.keys) copy.setItem(key, storage.getItem(key)!);
  return copy;
}

describe('the name of a tab', () => {
  test('is one for all connections of a page', () => {
    const page = new Page(new MemoryStorage());

    expect(page.tab.device()).toBe(page.tab.device());
  });

  test('is kept when the page is loaded again', () => {
    const storage = new MemoryStorage();
    const before = new Page(storage);
    const name = before.tab.device();
    before.leave();

    expect(new Page(storage).tab.device()).toBe(name);
  });

  test('is kept when a hidden page is discarded', () => {
    const storage = new MemoryStorage();
    const before = new Page(storage);
    const name = before.tab.device();
    before.become('hidden');

    expect(new Page(storage).tab.device()).toBe(name);
  });

  test.each(['at first', 'after it was hidden and shown again'])(
    'is not that of its duplicate, %s',
    (when) => {
      const page = new Page(new MemoryStorage());
      const name = page.tab.device();
      if (when !== 'at first') {
        page.become('hidden');
        page.become('visible');
      }

      expect(new Page(copyOf(page.storage)).tab.device()).not.toBe(name);
    },
  );

  test('is made anew where there is no storage', () => {
    const denied = () => {
      throw new Error('denied');
    };
    const tab = tabOf({ getItem: denied, setItem: denied, removeItem: denied }, {}, () => 'made');

    expect(tab.device()).toBe('made');
  });
});

describe('a page', () => {
  test('registers as its device, and says what it wants to be known', async () => {
    const { socket, connection } = await pageOfAlice({ tab: aTab('tab 1'), meta: { app: 'shop' } });

    expect(socket.sent[0]).toMatchObject({ device: 'tab 1', meta: { app: 'shop' } });
    expect(connection.device).toBe('tab 1');
  });

  test('is the same device on each of its connections', async () => {
    const setting = await pageOfAlice({ tab: aTab('tab 1') });
    setting.socket.drop();
    await setting.pass(250);
    await setting.registered();

    expect(setting.sockets.map(({ sent }) => sent[0]?.device)).toEqual(['tab 1', 'tab 1']);
  });

  test('may be given a name', async () => {
    expect((await pageOfAlice({ device: 'kiosk' })).socket.sent[0]).toMatchObject({ device: 'kiosk' });
  });

  test.each([{ device: '' }, { device: 'x'.repeat(65) }, { meta: { x: 'x'.repeat(512) } }])(
    'may not be given %j',
    (options) => {
      expect(() => new Setting(options)).toThrow(TypeError);
    },
  );

  test('that is loaded again goes on where it was itself: others have not shown what was only for it', async () => {
    const [storage, tab] = [new MemoryStorage(), aTab('tab 1')];
    const first = await pageOfAlice({ storage, tab });
    first.socket.receive(stored(1));
    first.connection.close();
    const other = await pageOfAlice({ storage, tab: aTab('tab 2') }, 2);
    // 2 is only for tab 1.
    other.socket.receive(replayed(2, 2));
    const again = await pageOfAlice({ storage, tab }, 2);

    expect(again.socket.sent[0]).toMatchObject({ since: 1 });
  });
});
