import { expect, test } from 'vitest';
import { aToken, hour, Setting } from './setting.ts';
import { tokenOf } from './token-of.ts';

const errorPage = '<html><head><title>502 Bad Gateway</title></head></html>';

const claims = (json: string) => `e30.${Buffer.from(json).toString('base64url')}.signature`;

test.each([
  ['the page of a proxy in trouble', errorPage],
  ['a login page', '<!doctype html><form method="post"><input name="password"></form>'],
  ['a token in quotes', JSON.stringify(aToken)],
  ['a token in an object', { token: aToken }],
  ['the name of a host', 'www.example.com'],
  ['a uid', 'alice'],
  ['an empty text', ''],
  ['a token without a signature part', aToken.slice(0, aToken.lastIndexOf('.'))],
  ['claims that are a text', claims('"alice"')],
  ['claims that are a list', claims('[]')],
  ['claims that are null', claims('null')],
  ['undefined', undefined],
  ['null', null],
  ['a number', 5],
  ['a Response', new Response(aToken)],
])('in place of a token, %s is never sent, and it is asked for again', async (_, value) => {
  const given: unknown[] = [value, value, aToken];
  const setting = new Setting({ credential: () => given.shift() as string });
  await setting.pass(0);
  expect(setting.connection.status).toMatchObject({
    state: 'waiting',
    reason: 'credential-failed',
    cause: new TypeError('The credential is not a JWT.'),
  });
  await setting.pass(250);
  expect(setting.connection.status).toMatchObject({ state: 'waiting', reason: 'credential-failed' });
  await setting.pass(500);
  await setting.registered();

  expect(setting.sockets).toHaveLength(1);
  expect(setting.socket.sent).toEqual([{ action: 'register', token: aToken, device: 'a tab' }]);
});

test('a page that answers in place of a token once, while a connection is replaced, takes nothing from the one in use', async () => {
  const given = [aToken, errorPage, tokenOf({ jti: 2 })];
  const setting = new Setting({ credential: async () => given.shift()! });
  await setting.registered({ lifeMs: 10_000 });
  await setting.pass(9_375);
  expect(setting.connection.status.state).toBe('open');
  await setting.pass(250);
  await setting.registered();

  expect(setting.states).toEqual(['open']);
  expect(setting.socket.sent[0]).toMatchObject({ token: tokenOf({ jti: 2 }) });
});

test('a bad answer does not take the place of a token that is kept', async () => {
  let asked = 0;
  const setting = new Setting({
    credential: () => {
      asked += 1;
      return asked === 1 ? tokenOf({ exp: (setting.clock.now() + hour) / 1_000 }) : errorPage;
    },
  });
  await setting.pass(0);
  setting.socket.drop();
  await setting.pass(250);

  expect([asked, setting.sockets.length]).toEqual([1, 2]);
});

test('white space around a token, as a program prints it, is no part of it', async () => {
  const setting = new Setting({ credential: () => `${aToken}\n` });
  await setting.opened();

  expect(setting.socket.sent).toEqual([{ action: 'register', token: aToken, device: 'a tab' }]);
});

test.each([
  [5, '5'],
  [-0, '0'],
  [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  [9_007_199_254_740_993n, '9007199254740993'],
  [' alice\n', ' alice\n'],
])('the claimed uid %s is sent as the text of it', async (uid, text) => {
  const setting = new Setting({ identity: 'claimed', credential: () => uid });
  await setting.opened();

  expect(setting.socket.sent).toMatchObject([{ action: 'register', uid: text, device: 'a tab' }]);
});

test.each([undefined, null, '', '\ud800', 'x'.repeat(1_025), 1.5, Number.NaN, 2 ** 53, true, {}])(
  'what can’t be a uid, as %s, is asked for again',
  async (uid) => {
    const setting = new Setting({ identity: 'claimed', credential: () => uid as string });
    await setting.pass(0);

    expect(setting.connection.status).toMatchObject({
      reason: 'credential-failed',
      cause: new TypeError('The credential is not a uid.'),
    });
    expect(setting.sockets).toEqual([]);
  },
);
