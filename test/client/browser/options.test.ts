import { expect, onTestFinished, test } from 'vitest';
import { type ConnectOptions, connect, type SeenStorage } from '../../../client/browser/index.ts';
import { MemoryStorage } from './memory-storage.ts';
import { aToken, Setting } from './setting.ts';

/** What JavaScript may pass, whatever the types say. */
function connectWith(options: object): Setting {
  return new Setting(options);
}

test.each<[string, unknown[]]>([
  [
    'url',
    [
      ...['', 'push.test', '/live', 'https://push.test/live', 'wss:', 'wss://', 'wss:///', 'wss://a b'],
      ...['wss://push.test:65536', 'wss://push.test:0', 'wss://256.256.256.256', 'wss://push.test/#there'],
      ...[undefined, null, 5, {}, [], new URL('https://push.test')],
    ],
  ],
  ['credential', [undefined, null, aToken, Promise.resolve(aToken), {}]],
  ['identity', [null, '', 'Token', 'uid', true]],
  ['heartbeatMs', [0, -1, 30, 999, 540_001, Number.NaN, Number.POSITIVE_INFINITY, '5000', null, 5_000n]],
  ['WebSocket', [null, 'ws', {}]],
  ['storage', [null, 'local', {}, { getItem: () => null }, new Map()]],
  ['acknowledge', [null, 0, 'no']],
])('an option %s that is not what it must be is refused by name, and nothing is begun', (name, values) => {
  for (const value of values) {
    let error: unknown;
    try {
      connectWith({ [name]: value });
    } catch (thrown) {
      error = thrown;
    }
    expect(error, `${name}: ${String(value)}`).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(` ${name} `);
  }
});

test.each([
  'wss://push.test/live',
  'WSS://PUSH.test/live',
  'Ws://127.0.0.1:1234',
  'ws://[::1]:65535/?a=b',
  new URL('wss://push.test/live'),
])('the address %s is taken as it is', async (url) => {
  const setting = new Setting({ url });
  await setting.pass(0);

  expect(setting.socket.url).toBe(String(url));
});

test.each([1_000, 1_500.5, 540_000])('a heartbeat of %d ms is taken', (heartbeatMs) => {
  expect(new Setting({ heartbeatMs }).connection.status.state).toBe('connecting');
});

test('an option that is undefined is an option that is absent', async () => {
  const absent = ['heartbeatMs', 'identity', 'storage', 'WebSocket', 'acknowledge'];
  const setting = connectWith(Object.fromEntries(absent.map((name) => [name, undefined])));
  await setting.registered();
  await setting.pass(300_000, 60_000);

  expect(setting.socket.sent.at(-1)).toEqual({ action: 'ping' });
});

test.each(['heartbeat', 'token', 'onmessage'])('an option %s, which there is none of, is refused', (name) => {
  expect(() => connectWith({ [name]: 5_000 })).toThrow(new TypeError(`There is no option ${name}.`));
});

test('without options, connect throws a TypeError', () => {
  const nothing: ConnectOptions[] = [];
  expect(() => connect(nothing[0]!)).toThrow(TypeError);
});

test('the types of its options are exported', () => {
  const storage: SeenStorage = new MemoryStorage();
  const { connection } = new Setting({ storage });
  onTestFinished(() => connection.close());
  const typed = connect<{ title: string }>;
  const read = (options: Parameters<typeof typed>[0]) => {
    typed(options).onmessage = ({ data }) => data.title.length;
  };

  expect(read).toBeTypeOf('function');
});
