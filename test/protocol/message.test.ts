import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import { parseMessage, tooLarge } from '../../protocol/message.ts';

function parse(text: string) {
  return parseMessage(Buffer.from(text));
}

describe('a message', () => {
  it.each([
    ['a string', '{"uid":"u1"}', 'u1'],
    ['a string of digits', '{"uid":"42"}', '42'],
    ['a string with escapes', '{"uid":"\\u0075\\/\\n\\""}', 'u/\n"'],
    ['a string beyond the basic plane', '{"uid":"😀"}', '😀'],
    ['the same string as surrogate escapes', '{"uid":"\\ud83d\\ude00"}', '😀'],
    ['a string with spaces around it, which count', '{"uid":" u1 "}', ' u1 '],
    ['a string with a NUL, escaped', '{"uid":"a\\u0000b"}', 'a\0b'],
    ['the name of something that every object has', '{"uid":"toString"}', 'toString'],
    ['__proto__', '{"uid":"__proto__"}', '__proto__'],
    ['an integer', '{"uid":42}', '42'],
    ['zero', '{"uid":0}', '0'],
    ['a negative integer', '{"uid":-7}', '-7'],
    ['an integer that a double rounds', '{"uid":9007199254740993}', '9007199254740993'],
    ['the largest 64-bit integer', '{"uid":18446744073709551615}', '18446744073709551615'],
    ['an integer beyond every double', `{"uid":1${'0'.repeat(400)}}`, `1${'0'.repeat(400)}`],
    ['a member among others', '{"a":{"uid":"no"},"b":["uid",{"uid":1}],"uid":"u1","c":[]}', 'u1'],
    ['a member with its name escaped', '{"\\u0075id":"u1"}', 'u1'],
    ['an integer whose name is escaped', '{"\\u0075i\\u0064":9007199254740993}', '9007199254740993'],
    ['the last of two', '{"uid":"first","uid":"last"}', 'last'],
    ['the last of two integers', '{"uid":1,"uid":9007199254740993}', '9007199254740993'],
    ['an integer after a string', '{"uid":"1","uid":2}', '2'],
    ['an integer after an object', '{"uid":{"uid":1},"uid":2}', '2'],
    ['an integer before an array with the same names', '{"uid":5,"a":[{"uid":6}],"b":":"}', '5'],
    ['an integer after a string that looks like JSON', '{"a":"\\",\\"uid\\":6","uid":5}', '5'],
    [
      'a member with white space around everything',
      ' \t{ "uid"\r\n : 9007199254740993 } \n',
      '9007199254740993',
    ],
  ])('has as uid %s', (_, text, uid) => {
    expect(parse(text)).toEqual({ uid, text });
  });

  it('keeps its text as it was sent', () => {
    const text = '{ "uid":"u1", "n":1.0, "n":1e2, "big":9007199254740993, "s":"\\u00fc\\/" }';

    expect(parse(text)).toEqual({ uid: 'u1', text });
  });

  it('may have a uid of 1,024 bytes of UTF-8, not one more', () => {
    expect(parse(`{"uid":"${'x'.repeat(1_024)}"}`)).toMatchObject({ uid: 'x'.repeat(1_024) });
    expect(parse(`{"uid":"${'ü'.repeat(512)}"}`)).toMatchObject({ uid: 'ü'.repeat(512) });
    expect(parse(`{"uid":${'1'.repeat(1_024)}}`)).toMatchObject({ uid: '1'.repeat(1_024) });
    for (const uid of [`"${'x'.repeat(1_025)}"`, `"${'ü'.repeat(512)}x"`, '1'.repeat(1_025)]) {
      expect(parse(`{"uid":${uid}}`)).toEqual({
        code: 'unusable-uid',
        detail: 'found a uid of over 1024 bytes',
      });
    }
  });

  it('may have 131,072 bytes, not one more', () => {
    const longest = `{"uid":"u1","x":"${'ü'.repeat((MAX_MESSAGE_BYTES - 20) / 2)}"} `;
    expect(Buffer.byteLength(longest)).toBe(131_072);

    expect(parse(longest)).toEqual({ uid: 'u1', text: longest });
    expect(parse(`${longest} `)).toEqual({
      code: 'too-large',
      detail: 'a message may have 131072 bytes; this one has 131073 bytes',
    });
  });

  it('may be nested as deep as its size allows', () => {
    const depth = 65_000;

    expect(parse(`{"a":${'['.repeat(depth)}${']'.repeat(depth)},"uid":7}`)).toMatchObject({ uid: '7' });
  });
});

describe('what is no message', () => {
  it.each([
    ['nothing', '', 'invalid-json', 'the JSON ends too early'],
    ['spaces', '  ', 'invalid-json', 'the JSON ends too early'],
    ['a member without quotes', '{oops', 'invalid-json', 'the JSON is wrong at character 1, counted from 0'],
    ['an object that does not end', '{"uid":"u1"', 'invalid-json', 'the JSON ends too early'],
    ['two objects', '{"uid":"u1"} {}', 'invalid-json', 'the JSON is wrong at character 13, counted from 0'],
    [
      'a trailing comma',
      '{"uid":"u1",}',
      'invalid-json',
      'the JSON is wrong at character 12, counted from 0',
    ],
    [
      'a number with a leading zero',
      '{"uid":042}',
      'invalid-json',
      'the JSON is wrong at character 8, counted from 0',
    ],
    [
      'a NUL inside a string',
      '{"uid":"u\0"}',
      'invalid-json',
      'the JSON is wrong at character 7, counted from 0',
    ],
    [
      'a byte order mark',
      '\ufeff{"uid":"u1"}',
      'invalid-json',
      'the JSON is wrong at character 0, counted from 0',
    ],
    ['brackets without an end', '['.repeat(131_072), 'invalid-json', 'the JSON ends too early'],
    ['an array', '[]', 'not-an-object', 'the message is an array, not a JSON object'],
    ['a number', '5', 'not-an-object', 'the message is a number, not a JSON object'],
    ['null', 'null', 'not-an-object', 'the message is null, not a JSON object'],
    ['a string', '"abc"', 'not-an-object', 'the message is a string, not a JSON object'],
    ['a boolean', 'true', 'not-an-object', 'the message is a boolean, not a JSON object'],
    ['no uid', '{}', 'unusable-uid', 'found no uid; a uid is a string or an integer'],
    [
      'a uid further down',
      '{"a":{"uid":"u1"}}',
      'unusable-uid',
      'found no uid; a uid is a string or an integer',
    ],
    [
      'a uid of the prototype',
      '{"__proto__":{"uid":"u1"}}',
      'unusable-uid',
      'found no uid; a uid is a string or an integer',
    ],
    ['an array as uid', '{"uid":[1]}', 'unusable-uid', 'found an array; a uid is a string or an integer'],
    ['an object as uid', '{"uid":{}}', 'unusable-uid', 'found an object; a uid is a string or an integer'],
    ['null as uid', '{"uid":null}', 'unusable-uid', 'found null; a uid is a string or an integer'],
    ['a boolean as uid', '{"uid":true}', 'unusable-uid', 'found a boolean; a uid is a string or an integer'],
    ['a fraction as uid', '{"uid":1.5}', 'unusable-uid', 'found a number that is not an integer'],
    [
      'a float that is a whole number as uid',
      '{"uid":1.0}',
      'unusable-uid',
      'found a number that is not an integer',
    ],
    ['an exponent as uid', '{"uid":1e3}', 'unusable-uid', 'found a number that is not an integer'],
    [
      'an integer and then a float',
      '{"uid":1,"uid":2.5}',
      'unusable-uid',
      'found a number that is not an integer',
    ],
    ['an empty uid', '{"uid":""}', 'unusable-uid', 'found an empty uid'],
    [
      'a lone surrogate in the uid',
      '{"uid":"\\ud83d"}',
      'unusable-uid',
      'found a uid with a lone surrogate, which UTF-8 cannot express',
    ],
  ])('%s', (_, text, code, detail) => {
    expect(parse(text)).toEqual({ code, detail });
  });

  it.each([
    ['a byte that never occurs', [0xff]],
    ['a sequence cut short', [0xc3]],
    ['an overlong encoding', [0xc0, 0xaf]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['a code point beyond the last', [0xf4, 0x90, 0x80, 0x80]],
  ])('invalid UTF-8: %s', (_, bytes) => {
    const message = Buffer.concat([Buffer.from('{"uid":"u1","x":"'), Buffer.from(bytes), Buffer.from('"}')]);

    expect(parseMessage(message)).toEqual({ code: 'invalid-utf8', detail: 'the message is not UTF-8' });
  });

  it('a line that was passed over because of its length', () => {
    expect(tooLarge()).toEqual({
      code: 'too-large',
      detail: 'a message may have 131072 bytes; this one has more',
    });
  });
});
