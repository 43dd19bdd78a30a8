import { expect, test } from 'vitest';
import { hour, message, Setting } from './setting.ts';
import { tokenOf } from './token-of.ts';

/** Closes, then lets everything happen that could still call the page or open a socket. */
async function expectSilenceAfterClose(setting: Setting): Promise<void> {
  const { length } = setting.sockets;
  const statuses = [...setting.statuses];
  setting.connection.close();
  expect(setting.clock.pending).toBe(0);
  expect([setting.page.listeners, setting.page.document.listeners]).toEqual([0, 0]);
  for (const socket of setting.sockets) {
    expect(socket.isClosed).toBe(true);
    socket.open();
    socket.receive(message('late'));
    socket.drop();
  }
  setting.goOnline();
  setting.show('visible');
  await setting.pass(3 * hour, hour);

  expect(setting.statuses).toEqual(statuses);
  expect(setting.messages).toEqual([]);
  expect(setting.sockets).toHaveLength(length);
  expect(setting.clock.pending).toBe(0);
  expect(setting.connection.status).toEqual({ state: 'closed', reason: 'close-called' });
}

test('closed at once, it does not even ask for a credential', async () => {
  let asked = 0;
  const setting = new Setting({ credential: () => tokenOf({ jti: ++asked }) });
  await expectSilenceAfterClose(setting);

  expect(asked).toBe(0);
});

test('closed while it asks for a credential, nothing remains', async () => {
  let give = (_: string) => {};
  const setting = new Setting({
    credential: () =>
      new Promise((resolve) => {
        give = resolve;
      }),
  });
  await setting.pass(0);
  setting.connection.close();
  give('late');

  await expectSilenceAfterClose(setting);
});

test('closed while the socket opens, nothing remains', async () => {
  const setting = new Setting();
  await setting.pass(0);

  await expectSilenceAfterClose(setting);
});

test('closed while it registers, nothing remains', async () => {
  const setting = new Setting();
  await setting.opened();

  await expectSilenceAfterClose(setting);
});

test('closed while it is open, nothing remains', async () => {
  const setting = new Setting();
  await setting.registered();

  await expectSilenceAfterClose(setting);
});

test('closed while it waits, nothing remains', async () => {
  const setting = new Setting();
  await setting.pass(0);
  setting.socket.drop();

  await expectSilenceAfterClose(setting);
});

test('closed while it is being replaced, nothing remains', async () => {
  const setting = new Setting();
  await setting.registered({ lifeMs: 10_000 });
  await setting.pass(9_500);
  expect(setting.sockets).toHaveLength(2);

  await expectSilenceAfterClose(setting);
});

test('closed while the replaced connection lingers, nothing remains', async () => {
  const setting = new Setting();
  await setting.registered({ lifeMs: 10_000 });
  await setting.pass(9_500);
  await setting.registered({ lifeMs: 10_000 });

  await expectSilenceAfterClose(setting);
});

test.each(['open', 'waiting'])(
  'a page may close the connection in the handler that learns of %s',
  async (state) => {
    const setting = new Setting();
    const states: string[] = [];
    setting.connection.onstatus = (status) => {
      states.push(status.state);
      if (status.state === state) setting.connection.close();
    };
    await setting.registered();
    if (state === 'waiting') setting.socket.drop();
    await setting.pass(1_000);

    expect(states.at(-1)).toBe(state);
    expect(setting.clock.pending).toBe(0);
    expect(setting.sockets).toHaveLength(1);
  },
);

test('a page may close the connection in the handler of a message, and sees no further one', async () => {
  const setting = new Setting();
  const ids: string[] = [];
  setting.connection.onmessage = ({ id }) => {
    ids.push(id);
    setting.connection.close();
  };
  await setting.registered();
  setting.socket.receive(message('1'));
  setting.socket.receive(message('2'));

  expect(ids).toEqual(['1']);
});

test('closing twice is closing', async () => {
  const setting = new Setting();
  setting.connection.close();

  await expectSilenceAfterClose(setting);
});
