import { describe, expect, test } from 'vitest';
import { parseEnvelope } from '../../protocol/envelope.ts';

const read = (line: string) => parseEnvelope(Buffer.from(line));

describe('an envelope', () => {
  test('has the uids, and the message as it was written', () => {
    expect(
      read('{ "message" : { "a": [1.0, "}]," ],  "uids":1 } , "uids" : [ "u1", 9007199254740993 ] }'),
    ).toEqual({
      lines: '{"uids":[ "u1", 9007199254740993 ]}\n{ "a": [1.0, "}]," ],  "uids":1 }\n',
      selection: {},
      wantsCounts: false,
    });
  });

  test('of two members of one name has the last', () => {
    const line = '{"uids":["a"],"message":{"n":1},"uids":["b"],"message":{"n":2}}';
    expect(read(line)).toMatchObject({ lines: '{"uids":["b"]}\n{"n":2}\n' });
  });

  test('selects connections, by one name or several, and asks for counts', () => {
    const line = '{"uids":["a"],"message":{},"except":"laptop","only":["x","y"],"counts":true}';
    expect(read(line)).toMatchObject({
      selection: { except: ['laptop'], only: ['x', 'y'] },
      wantsCounts: true,
    });
  });

  test('may be to a group, with the message as it was written', () => {
    expect(
      read('{"group":"\\u0067 1","except":["a"],"message":{ "group":"other", "n":1.0 },"counts":true}'),
    ).toEqual({
      group: 'g 1',
      message: '{ "group":"other", "n":1.0 }',
      selection: { except: ['a'] },
      wantsCounts: true,
    });
  });

  test.each([
    '{"uid":"a","group":"g","message":{}}',
    '{"uid":null,"group":"g","message":{}}',
    '{"group":"g"}',
    '{"group":7,"message":{}}',
    '{"group":["g"],"message":{}}',
    '{"group":"g","message":"{}"}',
    '{"group":"g","message":{},"exept":"x"}',
    '{"group":"g","uids":["a"],"message":{}}',
    '{"groups":["g"],"message":{}}',
    '{"uid":"a","uids":["b"],"message":{}}',
    '{"uid":null,"uids":["b"],"message":{}}',
    '{"uids":["a"]}',
    '{"message":{}}',
    '{"uids":"a","message":{}}',
    '{"uids":[],"message":{}}',
    '{"uids":["a"],"message":[]}',
    '{"uids":["a"],"message":null}',
    '{"uids":["a"],"message":"{}"}',
    '{"uids":["a"],"message":{},"exept":"x"}',
    '{"uids":["a"],"message":{},"except":""}',
    '{"uids":["a"],"message":{},"except":[]}',
    '{"uids":["a"],"message":{},"except":[1]}',
    '{"uids":["a"],"message":{},"counts":1}',
    '{"uids":["a"],"message":{},"__proto__":{}}',
    `{"uids":${JSON.stringify(Array(1_001).fill('a'))},"message":{}}`,
    '[]',
    '{oops',
    '',
  ])('is not %s', (line) => {
    expect(read(line)).toBeUndefined();
  });
});
