import { describe, expect, test } from 'vitest';
import { plainCredential } from '../../../lambda/registration/first-message.ts';

const login = '{"type":"login","uid":"u1"}';

test.each([login, 'ping', '{"type":"pong"}', ''])('without rules %j is the credential as it is', (text) => {
  expect(plainCredential(text)).toEqual({ credential: text });
});

describe('with the member "uid"', () => {
  const rules = { member: 'uid', ignored: ['ping', '{"type":"pong"}'] };

  test.each([
    [login, 'u1'],
    ['{"uid":9007199254740993}', '9007199254740993'],
    ['{"uid":-7}', '-7'],
    ['{"uid":"a","uid":"b"}', 'b'],
    ['{"uid":""}', ''],
    ['u1', 'u1'],
    ['7', '7'],
    ['["uid"]', '["uid"]'],
    ['{"uid":', '{"uid":'],
    ['pinging', 'pinging'],
  ])('%s names %j', (text, credential) => {
    expect(plainCredential(text, rules)).toEqual({ credential });
  });

  test.each([
    '{"type":"say"}',
    '{"uid":null}',
    '{"uid":1.5}',
    '{"uid":1e3}',
    '{"uid":{}}',
    '{"data":{"uid":"x"}}',
  ])('%s names nobody', (text) => {
    expect(plainCredential(text, rules)).toMatchObject({ code: 'unusable-uid' });
  });

  test.each([
    'ping',
    ' ping\n',
    '{"type":"pong"}',
    '{ "type" : "pong" }',
    '{"time":1,"type":"pong"}',
    '{"type":"pong","uid":"u1"}',
  ])('%j is passed over', (text) => {
    expect(plainCredential(text, rules)).toBe('ignored');
  });

  test.each(['toString', '__proto__', 'constructor'])('the member %s is not inherited', (member) => {
    expect(plainCredential('{}', { member, ignored: [] })).toMatchObject({ code: 'unusable-uid' });
  });
});

test('messages can be passed over where the whole text is the credential', () => {
  const rules = { ignored: ['{"type":"ping","of":{"app":1}}'] };

  expect(plainCredential('{"type":"ping","of":{"app":1},"n":2}', rules)).toBe('ignored');
  const other = '{"type":"ping","of":{"app":2}}';
  expect(plainCredential(other, rules)).toEqual({ credential: other });
  expect(plainCredential(login, rules)).toEqual({ credential: login });
});
