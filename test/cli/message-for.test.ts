import { describe, expect, it } from 'vitest';
import { messageFor } from '../../cli/message-for.ts';

describe('the message for a uid', () => {
  it.each([
    ['u1', '{}', '{"uid":"u1"}'],
    ['u1', ' { "n" : 1.0 }', ' {"uid":"u1", "n" : 1.0 }'],
    ['a"$&', '{"a":{}}', '{"uid":"a\\"$&","a":{}}'],
    ['u1', '{"a":{"uid":"u2"}}', '{"uid":"u1","a":{"uid":"u2"}}'],
    ['u1', '{"uid":"u1"}', '{"uid":"u1"}'],
    ['9007199254740993', '{"uid":9007199254740993}', '{"uid":9007199254740993}'],
  ])('%s made of %s is %s', (uid, json, text) => {
    expect(messageFor(uid, json)).toEqual({ text });
  });

  it.each([
    ['u1', '{"uid":"u2"}'],
    ['u1', '{"uid":null}'],
    ['u1', '{'],
    ['u1', '"text"'],
    ['', '{}'],
    ['u1', `{"a":"${'a'.repeat(131_060)}"}`],
  ])('%s can not be made of %.20s', (uid, json) => {
    expect(messageFor(uid, json)).toHaveProperty('problem');
  });
});
