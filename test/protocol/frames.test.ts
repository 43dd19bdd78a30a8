import { describe, expect, test } from 'vitest';
import { messageFrames, parseRegisterFrame } from '../../protocol/frames.ts';
import { encodeUtf8 } from '../../protocol/utf8.ts';
import * as fc from '../support/properties.ts';

const limit = 131_072;

/** The text that a client puts together from frames. */
function joined(frames: string[]): string {
  const [first, ...others] = frames.map((frame) => JSON.parse(frame));
  if (first.type === 'message') return frames[0]!.slice('{"type":"message","id":"p","data":'.length, -1);
  if (first.type === 'text') return first.data;
  return [first, ...others].map(({ data }) => data).join('');
}

describe('a register frame', () => {
  const parse = (members: string) => parseRegisterFrame(`{"action":"register","uid":"u1",${members}}`, 'uid');

  test('may name its device, and say what a backend is to know', () => {
    expect(parse('"device":"tab 1", "meta": { "n": 9007199254740993, "a": [1, {}] }')).toEqual({
      credential: 'u1',
      device: 'tab 1',
      meta: '{"n":9007199254740993,"a":[1,{}]}',
    });
  });

  test('has the last of two members of one name', () => {
    expect(parse('"meta":{"a":1},"meta":{"b":"}]"}')).toMatchObject({ meta: '{"b":"}]"}' });
  });

  test('may have 512 bytes of meta without the spaces between', () => {
    const meta = `{"x":"${'x'.repeat(504)}"}`;
    expect(parse(`"meta":  ${meta}`)).toMatchObject({ meta });
    expect(parse(`"meta":${meta.replace('x":', 'xx":')}`)).toBeUndefined();
  });

  test.each(['"device":""', '"device":5', '"device":null', '"meta":[]', '"meta":null', '"meta":"{}"'])(
    'is none with %s',
    (member) => {
      expect(parse(member)).toBeUndefined();
    },
  );
});

describe('a message for framed sockets', () => {
  test('stands in its frame verbatim', () => {
    expect(messageFrames('p', '{"n": 1.0, "big":12345678901234567890}', true)).toEqual([
      '{"type":"message","id":"p","data":{"n": 1.0, "big":12345678901234567890}}',
    ]);
  });

  test('that is no JSON is a string', () => {
    expect(messageFrames('p', 'say "hi"', false)).toEqual(['{"type":"text","id":"p","data":"say \\"hi\\""}']);
  });

  test('of the largest size comes in parts, each of which API Gateway takes', () => {
    const text = `{"x":"${'\\"'.repeat((limit - 8) / 2)}"}`;
    const frames = messageFrames('p', text, true);

    expect(encodeUtf8(text)).toHaveLength(limit);
    expect(frames.length).toBeGreaterThan(1);
    for (const frame of frames) expect(encodeUtf8(frame).length).toBeLessThanOrEqual(limit);
    expect(JSON.parse(frames[0]!)).toMatchObject({
      type: 'part',
      id: 'p',
      part: 0,
      parts: frames.length,
      of: 'message',
    });
    expect(joined(frames)).toBe(text);
  });

  test('of any text arrives whole, and no frame is too large', () => {
    const unit = fc.constantFrom('a', '"', '\\', 'é', '你', '🚀', '\n', '\u0001');
    fc.assert(
      fc.property(
        fc.array(unit, { minLength: 1, maxLength: 20 }),
        fc.nat(9_000),
        fc.boolean(),
        (units, times, isJson) => {
          const raw = units.join('').repeat(times);
          const text = isJson ? JSON.stringify({ raw }) : raw;
          const frames = messageFrames('p', text, isJson);

          expect(joined(frames)).toBe(text);
          for (const frame of frames) expect(encodeUtf8(frame).length).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('a register frame', () => {
  test('has the credential', () => {
    expect(parseRegisterFrame('{"action":"register","token":"t"}', 'token')).toEqual({ credential: 't' });
    expect(parseRegisterFrame('{"action":"register","uid":"u"}', 'uid')).toEqual({ credential: 'u' });
    expect(parseRegisterFrame('{"action":"register","uid":"u","since":7}', 'uid')).toEqual({
      credential: 'u',
      since: 7,
    });
  });

  test.each([
    '{"action":"register"}',
    '{"action":"register","uid":"u"}',
    '{"action":"register","token":1}',
    '{"action":"register","token":null}',
    'null',
    '[]',
    '',
    '{',
  ])('without a text "token" is none: %s', (text) => {
    expect(parseRegisterFrame(text, 'token')).toBeUndefined();
  });
});
