import { expect, test } from 'vitest';
import type { ConnectOptions } from '../../../client/browser/options.ts';
import { hour, minute, Setting } from './setting.ts';
import { tokenOf } from './token-of.ts';

/** A page whose backend returns a new token for each request, with this lifetime. */
class AskingPage {
  asked = 0;
  readonly setting: Setting;

  constructor(lifeMs: number | undefined, options: Partial<ConnectOptions> = {}) {
    this.setting = new Setting({
      credential: () => {
        this.asked += 1;
        const expiresAt = lifeMs === undefined ? undefined : this.setting.clock.now() + lifeMs;
        return tokenOf({ sub: 'alice', jti: this.asked, exp: expiresAt && expiresAt / 1_000 });
      },
      ...options,
    });
  }

  /**
   * Opens no socket for a while, in which the page tries again and again. Returns the number of tokens that it asked
   * for.
   */
  async refused(milliseconds: number): Promise<number> {
    const { setting } = this;
    const before = setting.sockets.length;
    for (let passed = 0; passed < milliseconds; passed += 1_000) {
      if (!setting.socket?.isClosed) setting.socket?.drop();
      await setting.pass(1_000);
    }
    return setting.sockets.length - before;
  }

  /** The number of the token that the newest socket registers with. */
  async registersWith(): Promise<number> {
    while (this.setting.socket.isClosed) await this.setting.pass(1_000);
    this.setting.socket.open();
    const { token } = this.setting.socket.sent[0] as { token: string };
    return JSON.parse(atob(token.split('.')[1] ?? '')).jti;
  }
}

test('attempts that come to nothing are repeated with the token that was asked for', async () => {
  const page = new AskingPage(hour);
  await page.setting.pass(0);

  expect(await page.refused(10 * minute)).toBeGreaterThan(10);
  expect(page.asked).toBe(1);
  expect(await page.registersWith()).toBe(1);
});

test('a token is asked for anew when half of its life is over', async () => {
  const page = new AskingPage(2 * minute);
  await page.setting.pass(0);
  await page.refused(59_000);
  expect(page.asked).toBe(1);

  await page.refused(9 * minute);
  // One for each minute, give and take the waits.
  expect(page.asked).toBeGreaterThan(6);
  expect(page.asked).toBeLessThan(11);
  expect(await page.registersWith()).toBe(page.asked);
});

test.each([
  ['does not say when it ends', undefined],
  ['has ended by this computer’s clock', -hour],
])('a token that %s is used for one attempt', async (_, lifeMs) => {
  const page = new AskingPage(lifeMs);
  await page.setting.pass(0);
  const attempts = await page.refused(minute);

  expect(page.asked).toBe(attempts + 1);
});

test('the uid of a page whose uid is only claimed is asked for each time', async () => {
  let asked = 0;
  const page = new AskingPage(undefined, {
    identity: 'claimed',
    credential: () => {
      asked += 1;
      return 'alice';
    },
  });
  await page.setting.pass(0);

  expect(await page.refused(minute)).toBe(asked - 1);
});

test.each(['token-expired', 'token-not-yet-valid', 'token-revoked'])(
  'a token that is refused as %s is not used again',
  async (code) => {
    const page = new AskingPage(hour);
    await page.setting.opened();
    page.setting.socket.receive({ type: 'error', code, message: 'Not now.' });
    await page.setting.pass(1_000);

    expect(await page.registersWith()).toBe(2);
  },
);

test('a service that is in trouble is asked again with the same token', async () => {
  const page = new AskingPage(hour);
  await page.setting.opened();
  page.setting.socket.receive({ type: 'error', code: 'unavailable', message: 'Not now.' });
  await page.setting.pass(1_000);

  expect(await page.registersWith()).toBe(1);
});

test('a connection that was lost, or is replaced, is made anew with another token', async () => {
  const page = new AskingPage(24 * hour);
  await page.setting.registered();
  page.setting.socket.drop();
  await page.setting.pass(1_000);
  expect(await page.registersWith()).toBe(2);
  page.setting.register({ lifeMs: 10_000 });
  await page.setting.pass(9_500);

  expect(page.setting.sockets).toHaveLength(3);
  expect(await page.registersWith()).toBe(3);
});
