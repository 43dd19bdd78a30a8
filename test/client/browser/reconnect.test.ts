import { expect, test } from 'vitest';
import { hour, message, Setting } from './setting.ts';
import { tokenOf } from './token-of.ts';

/** A page that registers as the user who is logged in, with a token of an hour. */
class LoginPage {
  user = 'alice';
  readonly setting: Setting = new Setting({
    credential: () => tokenOf({ sub: this.user, exp: (this.setting.clock.now() + hour) / 1_000 }),
  });

  /** Whose token the newest socket registered with. */
  get registeredAs(): string {
    const { token } = this.setting.socket.sent[0]!;
    return JSON.parse(atob(token!.split('.')[1]!)).sub;
  }
}

test('another user who logs in while the page waits registers with his own token', async () => {
  const page = new LoginPage();
  await page.setting.pass(0);
  page.setting.socket.drop();
  page.user = 'bob';
  page.setting.connection.reconnect();
  expect(page.setting.connection.status.state).toBe('connecting');
  await page.setting.opened();

  expect(page.registeredAs).toBe('bob');
});

test('while it is open, the connection closes at once and another is made', async () => {
  const page = new LoginPage();
  await page.setting.registered();
  page.user = 'bob';
  page.setting.connection.reconnect();
  const [old] = page.setting.sockets;
  expect(old!.isClosed).toBe(true);
  expect(page.setting.connection.connectionId).toBeUndefined();
  old!.receive(message('for alice'));
  await page.setting.opened();
  page.setting.register({ uid: 'bob' });
  page.setting.socket.receive(message('for bob'));

  expect(page.registeredAs).toBe('bob');
  expect(page.setting.states).toEqual(['open', 'connecting', 'open']);
  expect(page.setting.messages.map(({ id }) => id)).toEqual(['for bob']);
});

test.each(['asks for a credential', 'opens a socket', 'registers'])(
  'while it %s for the user before, that comes to nothing',
  async (phase) => {
    const page = new LoginPage();
    if (phase !== 'asks for a credential') await page.setting.pass(0);
    if (phase === 'registers') page.setting.socket.open();
    page.user = 'bob';
    page.setting.connection.reconnect();
    await page.setting.opened();

    expect(page.setting.sockets.filter(({ isClosed }) => !isClosed)).toEqual([page.setting.socket]);
    expect(page.registeredAs).toBe('bob');
  },
);

test('while a connection is replaced or lingers, neither remains', async () => {
  const page = new LoginPage();
  await page.setting.registered({ lifeMs: 10_000 });
  await page.setting.pass(9_375);
  await page.setting.registered({ lifeMs: 10_000 });
  page.setting.connection.reconnect();
  await page.setting.registered();

  expect(page.setting.sockets.map(({ isClosed }) => isClosed)).toEqual([true, true, false]);
});

test('a page that the service refused connects again, and listens again for the network', async () => {
  const page = new LoginPage();
  await page.setting.opened();
  page.setting.socket.receive({ type: 'error', code: 'replaced', message: 'A newer one.' });
  expect(page.setting.connection.status.state).toBe('closed');
  page.setting.connection.reconnect();
  await page.setting.pass(0);
  page.setting.socket.drop();
  page.setting.goOnline();
  await page.setting.registered();

  expect(page.setting.connection.status.state).toBe('open');
  page.setting.connection.close();
  expect([page.setting.page.listeners, page.setting.clock.pending]).toEqual([0, 0]);
});

test('after close it does nothing', async () => {
  const { setting } = new LoginPage();
  await setting.registered();
  setting.connection.close();
  setting.connection.reconnect();
  await setting.pass(1_000);

  expect(setting.sockets).toHaveLength(1);
  expect(setting.connection.status).toEqual({ state: 'closed', reason: 'close-called' });
});

test('called in a handler, as at a refusal, it connects again', async () => {
  const page = new LoginPage();
  page.setting.connection.onstatus = ({ state }) => {
    if (state === 'closed') page.setting.connection.reconnect();
  };
  await page.setting.opened();
  page.setting.socket.receive({ type: 'error', code: 'replaced', message: 'A newer one.' });
  await page.setting.registered();

  expect(page.setting.connection.status).toEqual({ state: 'open', uid: 'alice' });
});
