import { expect, test } from 'vitest';
import { message, pageOfAlice, replayed, Setting, stored } from './setting.ts';

function acknowledged(setting: Setting): (number | undefined)[] {
  return setting.sockets
    .flatMap(({ sent }) => sent.filter(({ action }) => action === 'ack'))
    .map(({ seq }) => seq);
}

test('each stored message is acknowledged once, after the page’s handler has returned', async () => {
  const setting = await pageOfAlice();
  const before: number[] = [];
  setting.connection.onmessage = () => before.push(acknowledged(setting).length);
  for (const frame of [stored(2), stored(1), stored(1), message('live')]) setting.socket.receive(frame);

  expect(acknowledged(setting)).toEqual([1, 2]);
  expect(before).toEqual([0, 1, 2]);
});

test('a message whose handler throws is not acknowledged, but counts as shown', async () => {
  const setting = await pageOfAlice();
  setting.connection.onmessage = ({ seq }) => {
    if (seq === 1) throw new Error('in onmessage');
    setting.told.push(seq!);
  };
  setting.socket.receive(stored(1));
  setting.socket.receive(stored(2));
  setting.socket.receive(stored(1));
  const reloaded = await pageOfAlice({ storage: setting.storage }, 2);

  expect(acknowledged(setting)).toEqual([2]);
  expect(setting.reported).toEqual([new Error('in onmessage')]);
  expect(reloaded.socket.sent[0]).toMatchObject({ since: 2 });
});

test('without a handler nothing is acknowledged', async () => {
  const setting = await pageOfAlice();
  setting.connection.onmessage = null;
  setting.socket.receive(stored(1));

  expect(acknowledged(setting)).toEqual([]);
});

test('acknowledgements can be switched off', async () => {
  const setting = await pageOfAlice({ acknowledge: false });
  setting.socket.receive(stored(1));

  expect(setting.told).toEqual([1]);
  expect(acknowledged(setting)).toEqual([]);
});

test('a message that is shown before the answer to register is acknowledged after it', async () => {
  const setting = new Setting({ identity: 'claimed', credential: () => 'alice' });
  await setting.opened();
  setting.socket.receive(stored(1));
  expect([setting.told, acknowledged(setting)]).toEqual([[1], []]);
  setting.register({ latest: 1 });

  expect(acknowledged(setting)).toEqual([1]);
});

test('a page that closes in the handler of a stored message has shown that one, and no further one', async () => {
  const setting = await pageOfAlice();
  setting.connection.onmessage = ({ seq }) => {
    setting.told.push(seq!);
    setting.connection.close();
  };
  setting.socket.receive(stored(2));
  setting.socket.receive(stored(1));
  expect(setting.told).toEqual([1]);
  expect(setting.clock.pending).toBe(0);
  const reloaded = await pageOfAlice({ storage: setting.storage }, 2);

  expect(reloaded.socket.sent[0]).toMatchObject({ since: 1 });
});

test('a page that closes in the handler of a gap is told of it again when it comes back', async () => {
  const setting = await pageOfAlice();
  setting.socket.receive(stored(1));
  setting.connection.ongap = () => setting.connection.close();
  setting.goOnline();
  setting.socket.receive(stored(3));
  setting.socket.receive(replayed(3, 3, true));
  expect(setting.clock.pending).toBe(0);
  const reloaded = await pageOfAlice({ storage: setting.storage }, 3);
  for (const frame of [stored(3), replayed(3, 3, true)]) reloaded.socket.receive(frame);

  expect(setting.told).toEqual([1]);
  expect(reloaded.told).toEqual(['gap', 3]);
});

test('closed while a message is missing, nothing remains', async () => {
  const setting = await pageOfAlice();
  setting.socket.receive(stored(2));
  setting.connection.close();

  expect(setting.clock.pending).toBe(0);
});

test('while it waits for a connection, it does not wake to ask for what is missing', async () => {
  const setting = await pageOfAlice();
  setting.socket.receive(stored(2));
  setting.socket.drop();

  // The next attempt, and nothing else.
  expect(setting.clock.pending).toBe(1);
});
