import { describe, expect, test } from 'vitest';
import {
  messageFrames,
  parseAckFrame,
  parseRegisterFrame,
  parseReplayFrame,
  replayedFrame,
} from '../../protocol/frames.ts';
import { MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import { encodeUtf8 } from '../../protocol/utf8.ts';

describe('a stored message', () => {
  test('has its number after its id, and its data last and verbatim', () => {
    expect(messageFrames('m', '{"n": 1.0}', true, 7)).toEqual([
      '{"type":"message","id":"m","seq":7,"data":{"n": 1.0}}',
    ]);
  });

  test('that is too long for one frame has its number on each part', () => {
    const frames = messageFrames('m', `{"text":"${'x'.repeat(MAX_MESSAGE_BYTES - 11)}"}`, true, 7);

    expect(frames.map((frame) => JSON.parse(frame))).toMatchObject([
      { type: 'part', seq: 7, part: 0, parts: 2 },
      { type: 'part', seq: 7, part: 1, parts: 2 },
    ]);
  });

  test('fits into API Gateway’s limit, whatever its number is', () => {
    const text = `{"text":"${'"'.repeat(MAX_MESSAGE_BYTES / 2)}"}`;
    for (const frame of messageFrames(crypto.randomUUID(), text, true, Number.MAX_SAFE_INTEGER)) {
      expect(encodeUtf8(frame).length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
    }
  });
});

describe('a number that a browser sends', () => {
  test('is a whole one, 0 only where it means none', () => {
    expect(parseReplayFrame('{"action":"replay","since":0}')).toEqual({ since: 0 });
    expect(parseAckFrame('{"action":"ack","seq":7}')).toEqual({ seq: 7 });
    expect(parseAckFrame('{"action":"ack","seq":0}')).toBeUndefined();
  });

  test.each(['-1', '1.5', '"1"', 'null', '9007199254740992', '[1]', 'true'])('can’t be %s', (number) => {
    expect(parseReplayFrame(`{"since":${number}}`)).toBeUndefined();
    expect(parseAckFrame(`{"seq":${number}}`)).toBeUndefined();
    expect(parseRegisterFrame(`{"uid":"u","since":${number}}`, 'uid')).toBeUndefined();
  });

  test.each(['', 'oops', '[]', 'null', '1', '"since"'])('is not found in %s', (text) => {
    expect(parseReplayFrame(text)).toBeUndefined();
    expect(parseAckFrame(text)).toBeUndefined();
  });
});

test('a gap is told only where there is one', () => {
  expect(replayedFrame({ through: 1, latest: 2 })).toBe('{"type":"replayed","through":1,"latest":2}');
  expect(replayedFrame({ through: 1, latest: 2, gap: true })).toContain('"gap":true');
});
