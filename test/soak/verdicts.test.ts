import { describe, expect, test } from 'vitest';
import { Books, messageText } from '../../bench/soak/books.ts';
import { FAULTS } from '../../bench/soak/faults.ts';
import {
  complaintVerdict,
  memoryVerdict,
  newResources,
  resourceVerdict,
} from '../../bench/soak/process-state.ts';
import { rowVerdicts } from '../../bench/soak/row-verdicts.ts';
import { SENDER_WINDOW, type Verdict, verdictsOn } from '../../bench/soak/verdicts.ts';

/** A message of u1 that was sent at 100; `way` is a line unless it is said. */
function sent(books: Books, way: 'line' | 'http' = 'line', isBad = false): string {
  const name = books.nextName();
  books.send(name, { way, uid: 'u1', text: messageText('u1', name, 0) }, 100, isBad);
  return name;
}

function textOf(books: Books, name: string): string {
  return books.sent.get(name)!.text;
}

/** A run in which everything was tried and went well. */
function goodBooks(): Books {
  const books = new Books();
  for (const fault of FAULTS) books.fault(fault);
  const line = sent(books);
  books.tell(line, 'accepted', 110);
  books.receive('u1', textOf(books, line));
  const stored = sent(books, 'http');
  books.tell(stored, 'accepted', 110, 1);
  books.receive('u1', `{"type":"message","id":"i","seq":1,"data":${textOf(books, stored)}}`);
  books.shown.push({ uid: 'u1', messages: [{ name: stored, seq: 1 }], gaps: 0 });
  books.textEnds.push(200);
  return books;
}

function broken(verdicts: Verdict[]): string[] {
  return verdicts.filter(({ holds }) => !holds).map(({ what }) => what);
}

const answeredOnce = 'every line has exactly one answer, but those whose connection ended first';
const lostWithTheService = 'lines are lost only when the service ends, and no more than were under way';
const requestAnswered = 'every request has exactly one answer';
const badRefused = 'what is no message is never accepted';
const delivered = 'what was accepted has reached a browser';
const strange = 'browsers get what was sent to their uid, byte for byte';
const inOrder = 'every page shows stored messages in order, and none twice';
const storedShown = 'every page shows every message that was answered as stored, with its number';
const tried = 'every fault has come, and there was load by every way';

test('the books of a good run balance', () => {
  expect(broken(verdictsOn(goodBooks()))).toEqual([]);
});

describe('the books don’t balance when', () => {
  test.each<[string, string, (books: Books) => void]>([
    ['a line has no answer', answeredOnce, (books) => sent(books)],
    [
      'a line has two answers',
      answeredOnce,
      (books) => {
        const name = sent(books);
        books.tell(name, 'not-accepted', 110);
        books.tell(name, 'not-accepted', 111);
      },
    ],
    [
      'there is an answer to no line',
      answeredOnce,
      (books) => {
        books.surplusAnswers = 1;
      },
    ],
    [
      'lines are lost while the service runs',
      lostWithTheService,
      (books) => books.lose([sent(books)], 'service-ended', 199),
    ],
    [
      'lines are lost long after the service ended',
      lostWithTheService,
      (books) => books.lose([sent(books)], 'service-ended', 200_000),
    ],
    [
      'more lines are lost than were under way',
      lostWithTheService,
      (books) =>
        books.lose(
          Array.from({ length: SENDER_WINDOW + 1 }, () => sent(books)),
          'service-ended',
          201,
        ),
    ],
    ['a request has no answer', requestAnswered, (books) => sent(books, 'http')],
    [
      'a line that is no message is accepted',
      badRefused,
      (books) => {
        const name = sent(books, 'line', true);
        books.tell(name, 'accepted', 110);
        books.receive('u1', textOf(books, name));
      },
    ],
    [
      'nobody has what was accepted',
      delivered,
      (books) => {
        books.tell(sent(books), 'accepted', 110);
      },
    ],
    [
      'nobody has what was accepted, and the connections that ended had ended before',
      delivered,
      (books) => {
        books.tell(sent(books), 'accepted', 110);
        books.ended.push({ uid: 'u1', openedAt: 0, endedAt: 99 });
      },
    ],
    [
      'nobody has what was accepted, and the connection that ended was another uid’s',
      delivered,
      (books) => {
        books.tell(sent(books), 'accepted', 110);
        books.ended.push({ uid: 'u2', openedAt: 0, endedAt: 120 });
      },
    ],
    [
      'a browser gets what was sent to another uid',
      strange,
      (books) => books.receive('u2', textOf(books, sentAndRefused(books))),
    ],
    [
      'a browser gets a text that was changed',
      strange,
      (books) => books.receive('u1', textOf(books, sentAndRefused(books)).replace('"padding"', '"Padding"')),
    ],
    [
      'a browser gets what nobody sent',
      strange,
      (books) => books.receive('u1', messageText('u1', 'm999', 0)),
    ],
    [
      'a page shows a message twice',
      inOrder,
      ({ shown: [page] }) => page!.messages.push({ ...page!.messages[0]!, seq: 2 }),
    ],
    [
      'a page shows a number after a higher one',
      inOrder,
      ({ shown: [page] }) => page!.messages.push({ name: 'm8', seq: 3 }, { name: 'm9', seq: 2 }),
    ],
    [
      'a page misses expired ones though none has expired',
      inOrder,
      ({ shown: [page] }) => {
        page!.gaps = 1;
      },
    ],
    [
      'a page does not show a stored message',
      storedShown,
      (books) => books.tell(sent(books, 'http'), 'not-accepted', 110, 2),
    ],
    [
      'a page shows a stored message with another number',
      storedShown,
      ({ shown: [page] }) => {
        page!.messages[0]!.seq = 2;
      },
    ],
    ['a fault never came', tried, ({ faults }) => faults.delete('table 500')],
    ['a page showed nothing', tried, ({ shown }) => shown.push({ uid: 'u2', messages: [], gaps: 0 })],
    ['no line was accepted', tried, ({ sent }) => sent.delete('m1')],
  ])('%s', (_, what, spoil) => {
    const books = goodBooks();
    spoil(books);

    expect(broken(verdictsOn(books))).toEqual([what]);
  });
});

function sentAndRefused(books: Books): string {
  const name = sent(books);
  books.tell(name, 'not-accepted', 110);
  return name;
}

test('what was accepted may be lost with a connection of its uid that ended meanwhile', () => {
  const books = goodBooks();
  books.tell(sent(books), 'accepted', 110);
  books.ended.push({ uid: 'u1', openedAt: 0, endedAt: 120 });

  expect(broken(verdictsOn(books))).toEqual([]);
});

test('lines may be lost when the service ends, and when their sender leaves', () => {
  const books = goodBooks();
  books.lose([sent(books)], 'service-ended', 201);
  books.lose([sent(books)], 'sender-left', 50);

  expect(broken(verdictsOn(books))).toEqual([]);
});

describe('the table', () => {
  const now = 1_000_000_000;
  const life = 60_000;
  const expiry = now / 1_000 + 60;
  const good = { uids: new Map([['a', 'u1']]), registrations: new Set(['a']), expiries: [expiry, expiry] };

  test('balances when every open connection has both rows', () => {
    expect(broken(rowVerdicts(good, ['a'], now, life))).toEqual([]);
  });

  test.each([
    [
      'a connection has no registration',
      { registrations: new Set<string>() },
      ['a'],
      'every open connection has its rows',
    ],
    ['a connection is no uid’s', {}, ['a', 'b'], 'every open connection has its rows'],
    [
      'a dead connection has a row',
      {
        uids: new Map([
          ['a', 'u1'],
          ['b', 'u1'],
        ]),
      },
      ['a'],
      'a push forgets the connections that are gone',
    ],
    [
      'a row is overdue',
      { expiries: [now / 1_000 - 91] },
      ['a'],
      'no row is older than its expiry, and each has one',
    ],
    [
      'a row expires too late',
      { expiries: [expiry + 1] },
      ['a'],
      'no row is older than its expiry, and each has one',
    ],
    [
      'a row never expires',
      { expiries: [Number.NaN] },
      ['a'],
      'no row is older than its expiry, and each has one',
    ],
  ])('doesn’t when %s', (_, change, open, what) => {
    expect(broken(rowVerdicts({ ...good, ...change }, open, now, life))).toEqual([what]);
  });
});

describe('the process', () => {
  const before = { heapMb: 20, rssMb: 200 };

  test('may take a little more memory, and not much more', () => {
    expect(memoryVerdict(before, { heapMb: 36, rssMb: 600 }).holds).toBe(true);
    expect(memoryVerdict(before, { heapMb: 36.1, rssMb: 200 }).holds).toBe(false);
    expect(memoryVerdict(before, { heapMb: 20, rssMb: 600.1 }).holds).toBe(false);
  });

  test('may keep what it had, and nothing else', () => {
    expect(newResources(['TTYWrap', 'Timeout'], ['Timeout'])).toEqual([]);
    expect(newResources(['TTYWrap', 'Timeout'], ['Timeout', 'Timeout', 'TTYWrap'])).toEqual(['Timeout']);
    expect(resourceVerdict([]).holds).toBe(true);
    expect(resourceVerdict(['Timeout']).holds).toBe(false);
  });

  test('may not complain', () => {
    expect(complaintVerdict([]).holds).toBe(true);
    expect(complaintVerdict(['MaxListenersExceededWarning']).holds).toBe(false);
  });
});
