import { expect, test } from 'vitest';
import { type Frame, type Part, parseFrame } from '../../../client/browser/frames.ts';
import { PartJoiner } from '../../../client/browser/part-joiner.ts';
import { RecentIds } from '../../../client/browser/recent-ids.ts';
import { MAX_MESSAGE_BYTES } from '../../../protocol/limits.ts';
import * as fc from '../../support/properties.ts';

function messageIn(source: string): Extract<Frame, { type: 'message' }> {
  const frame = parseFrame(source);
  if (frame.type !== 'message') throw new Error(`It is ${frame.type}.`);
  return frame;
}

function partsOf(id: string, ...pieces: string[]): Part[] {
  return pieces.map((data, part) => ({ id, part, parts: pieces.length, data }));
}

test('a message’s text is exactly what was pushed: digits, spaces, order and repetition', () => {
  const text = '{ "uid":9007199254740993,"uid" : 9007199254740993, "data":{"data":1.0} } ';
  expect(messageIn(`{"type":"message","id":"1","data":${text}}`)).toEqual({
    type: 'message',
    id: '1',
    data: JSON.parse(text),
    text,
  });
});

test('whatever the message and its id are, the text is found', () => {
  fc.assert(
    fc.property(fc.string(), fc.json(), (id, text) => {
      const { id: foundId, text: foundText } = messageIn(
        `{"type":"message","id":${JSON.stringify(id)},"data":${text}}`,
      );
      expect([foundId, foundText]).toEqual([id, text]);
    }),
  );
  expect(messageIn(String.raw`{"type":"message","id":"\"data\":","data":[1]}`).text).toBe('[1]');
});

test('a broadcast of text that isn’t JSON has that text as its data', () => {
  expect(parseFrame('{"type":"text","id":"1","data":"hello \\"you\\""}')).toEqual({
    type: 'message',
    id: '1',
    data: 'hello "you"',
    text: 'hello "you"',
  });
});

test('parts are joined whatever order they come in, and however the text was cut', () => {
  fc.assert(
    fc.property(
      fc.json().filter((text) => text.length > 0),
      fc.array(fc.nat(200), { maxLength: 6 }),
      fc.infiniteStream(fc.nat()),
      (text, cuts, order) => {
        const ends = [...cuts.map((cut) => cut % text.length).sort((a, b) => a - b), text.length];
        const parts = partsOf('1', ...ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end)));
        const shuffled = parts
          .map((part) => ({ part, place: order.next().value }))
          .sort((a, b) => a.place - b.place)
          .map(({ part }) => part);
        const joiner = new PartJoiner();
        const joined = shuffled.map((part) => joiner.add(part));
        expect(joined.slice(0, -1)).toEqual(parts.slice(1).map(() => undefined));
        expect(joined.at(-1)).toEqual({ id: '1', text, data: JSON.parse(text) });
      },
    ),
  );
});

test('joined text that isn’t JSON is its own data', () => {
  const joiner = new PartJoiner();
  const joined = partsOf('1', 'hello ', 'you').map((part) => joiner.add(part));

  expect(joined.at(-1)).toEqual({ id: '1', text: 'hello you', data: 'hello you' });
});

test('parts of several messages may be mixed, and one part may come twice', () => {
  const joiner = new PartJoiner();
  const [a0, a1] = partsOf('a', '[1', ']') as [Part, Part];
  const [b0, b1] = partsOf('b', '[2', ']') as [Part, Part];

  expect([a0, b0, a0, b1, a1].map((part) => joiner.add(part)?.text)).toEqual([
    undefined,
    undefined,
    undefined,
    '[2]',
    '[1]',
  ]);
});

test('a message of the full size is joined; longer ones are given up', () => {
  const joiner = new PartJoiner();
  const half = 'x'.repeat(MAX_MESSAGE_BYTES / 2);
  const full = partsOf('full', half, half).map((part) => joiner.add(part)?.text.length);
  const longer = partsOf('longer', half, `${half}x`).map((part) => joiner.add(part)?.text.length);

  expect(full).toEqual([undefined, MAX_MESSAGE_BYTES]);
  expect(longer).toEqual([undefined, undefined]);
});

test('a message of more than 16 parts is given up', () => {
  const joiner = new PartJoiner();
  const join = (count: number) =>
    partsOf(`${count}`, ...Array<string>(count).fill('1')).map((part) => joiner.add(part)?.text);

  expect(join(16).at(-1)).toBe('1'.repeat(16));
  expect(join(17).at(-1)).toBeUndefined();
});

test('of messages that are not complete, the newest 64 are kept', () => {
  const joiner = new PartJoiner();
  const messages = Array.from({ length: 65 }, (_, index) => partsOf(`${index}`, '[', ']') as [Part, Part]);
  for (const [first] of messages) joiner.add(first);
  const newestFirst = messages.toReversed().map(([, second]) => joiner.add(second)?.text);

  expect(newestFirst).toEqual([...Array(64).fill('[]'), undefined]);
});

test('an id is new once, for the next 4,096 ids', () => {
  const ids = new RecentIds();
  expect(ids.add('first')).toBe(true);
  for (let index = 1; index < 4_096; index++) expect(ids.add(`${index}`)).toBe(true);
  expect(ids.add('first')).toBe(false);
  expect(ids.add('4096')).toBe(true);
  expect(ids.add('first')).toBe(true);
});
