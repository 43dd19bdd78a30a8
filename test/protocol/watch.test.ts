import { expect, test } from 'vitest';
import { MAX_MESSAGE_BYTES, MAX_WATCHED_BYTES } from '../../protocol/limits.ts';
import { parseWatchFrame, watchingFrame } from '../../protocol/watch.ts';

const frameOf = (uids: unknown) => JSON.stringify({ action: 'watch', uids });

test('a frame names uids as texts and as integers, exact at any size, each once', () => {
  expect(
    parseWatchFrame('{"action":"watch","uids":["a", 9007199254740993,"9007199254740993", "a"]}'),
  ).toEqual(['a', '9007199254740993']);
  expect(parseWatchFrame(frameOf([]))).toEqual([]);
});

test('of two lists the last counts, as of every member', () => {
  expect(parseWatchFrame('{"action":"watch","uids":["a"],"uids":[1]}')).toEqual(['1']);
});

test.each([
  ['no JSON', 'watch', 'found no uids, not an array'],
  ['no uids', '{"action":"watch"}', 'found no uids, not an array'],
  ['a text', frameOf('a'), 'found a string, not an array'],
  ['one that is none', frameOf(['a', null]), 'at place 1 of the uids, counted from 0: found null'],
  ['over a hundred', frameOf(Array.from({ length: 101 }, (_, n) => n)), 'a page watches 100 uids'],
  [
    'very long ones',
    frameOf(Array.from({ length: 99 }, (_, n) => n + 'x'.repeat(1_020))),
    '100000 bytes as JSON',
  ],
])('a frame with %s is refused, and says why', (_, text, message) => {
  const refusal = { code: 'unusable-uids', message: expect.stringContaining(message) };
  expect(parseWatchFrame(text)).toMatchObject(refusal);
});

test('the answer to the longest list that is taken is a message that can be posted', () => {
  const longest = Array.from({ length: 100 }, (_, n) => String(n).padEnd(MAX_WATCHED_BYTES / 100 - 4, '"'));
  const fitting = longest.map((uid) => uid.replaceAll('"', 'x'));
  const uids = parseWatchFrame(frameOf(fitting));
  expect(uids).toEqual(fitting);
  const users = fitting.map((uid) => ({
    uid,
    online: false,
    epoch: 2 ** 53 - 1,
    at: '2026-01-01T12:00:00.000Z',
  }));
  expect(new TextEncoder().encode(watchingFrame(users)).length).toBeLessThan(MAX_MESSAGE_BYTES);
  expect(parseWatchFrame(frameOf(longest))).toMatchObject({ code: 'unusable-uids' });
});
