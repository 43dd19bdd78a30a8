import { beforeEach, describe, expect, test } from 'vitest';
import type { BroadcastTable, Cursor } from '../../lambda/broadcast/broadcast-table.ts';
import { BROADCAST_SEGMENTS, type RepetitionTask } from '../../lambda/broadcast/broadcast-task.ts';
import type { ConnectionTable } from '../../lambda/table/connection-table.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const counts = { delivered: 3, gone: 2, failed: 1, excluded: 4 };

/** What every broadcast table does. `open` returns an empty one, and the connections that it goes through. */
export function describeBroadcastTable(
  name: string,
  open: () => Promise<{ broadcasts: BroadcastTable; connections: ConnectionTable }>,
): void {
  describe(`${name} as a broadcast table`, () => {
    let broadcasts: BroadcastTable;
    let connections: ConnectionTable;
    beforeEach(async () => {
      ({ broadcasts, connections } = await open());
    });

    async function connect(uid: string, connectionId: string, expiresAt = now / 1000 + 60) {
      await connections.addConnection(uid, { connectionId, registeredAt: now, expiresAt, isFramed: false });
      await connections.addFirstRegistration(
        connectionId,
        { uid, registeredAt: now, isFramed: false },
        expiresAt,
      );
    }

    async function allPages(size: number): Promise<string[]> {
      const found: string[] = [];
      for (let segment = 0; segment < BROADCAST_SEGMENTS; segment++) {
        let cursor: Cursor | undefined;
        do {
          const { recipients, next } = await broadcasts.page(segment, cursor, size, now);
          found.push(...recipients.map(({ uid, connectionId }) => `${uid} ${connectionId}`));
          cursor = next;
        } while (cursor);
      }
      return found.sort();
    }

    test('an unknown broadcast has neither text nor state', async () => {
      expect(await broadcasts.messageOf('none')).toBeUndefined();
      expect(await broadcasts.stateOf('none')).toBeUndefined();
    });

    test('a new broadcast has its text and nothing done', async () => {
      await broadcasts.addBroadcast('b', { text: 'hello' }, now);

      expect(await broadcasts.messageOf('b')).toEqual({ text: 'hello' });
      expect(await broadcasts.stateOf('b')).toEqual({
        startedAt: now,
        finishedAt: [],
        delivered: 0,
        gone: 0,
        failed: 0,
        excluded: 0,
      });
      expect(await broadcasts.progressOf('b', 0)).toEqual({ pagesDone: 0, isFinished: false });
    });

    test('one to a group keeps whom it is for, and says which group', async () => {
      const all = { text: 'hello', to: { group: 'g', selection: undefined } };
      const some = { text: 'hello', to: { group: 'g', selection: { except: ['a'] } } };
      await broadcasts.addBroadcast('all', all, now);
      await broadcasts.addBroadcast('some', some, now);

      expect(await broadcasts.messageOf('all')).toEqual(all);
      expect(await broadcasts.messageOf('some')).toEqual(some);
      expect(await broadcasts.stateOf('some')).toMatchObject({ group: 'g', startedAt: now });
    });

    test('a text of the full size is kept', async () => {
      await broadcasts.addBroadcast('b', { text: 'x'.repeat(131_072) }, now);

      expect((await broadcasts.messageOf('b'))?.text).toHaveLength(131_072);
    });

    test.each([1, 3, 1_000])(
      'the pages of all segments have every connection once, %i items a page',
      async (size) => {
        for (let index = 0; index < 30; index++) await connect(`u${index % 7}`, `c${index}`);
        await connect('expired', 'old', now / 1000);
        await broadcasts.addBroadcast('b', { text: 'hello' }, now);

        const expected = Array.from({ length: 30 }, (_, index) => `u${index % 7} c${index}`).sort();
        expect(await allPages(size)).toEqual(expected);
      },
    );

    test('a page that is counted moves its segment on', async () => {
      await broadcasts.addBroadcast('b', { text: 'hello' }, now);
      await broadcasts.finishPage({ broadcast: 'b', segment: 4, page: 0 }, counts, { pk: 'p', sk: 's' }, now);

      expect(await broadcasts.progressOf('b', 4)).toEqual({
        pagesDone: 1,
        cursor: { pk: 'p', sk: 's' },
        isFinished: false,
      });
      expect(await broadcasts.stateOf('b')).toMatchObject({ ...counts, finishedAt: [] });
    });

    test('the last page finishes its segment', async () => {
      await broadcasts.addBroadcast('b', { text: 'hello' }, now);
      await broadcasts.finishPage({ broadcast: 'b', segment: 4, page: 0 }, counts, { pk: 'p', sk: 's' }, now);
      await broadcasts.finishPage({ broadcast: 'b', segment: 4, page: 1 }, counts, undefined, now + 5);

      expect(await broadcasts.progressOf('b', 4)).toMatchObject({ pagesDone: 2, isFinished: true });
      expect(await broadcasts.stateOf('b')).toMatchObject({
        delivered: 6,
        gone: 4,
        failed: 2,
        excluded: 8,
        finishedAt: [now + 5],
      });
    });

    test('a page is counted once, however often it was worked on', async () => {
      await broadcasts.addBroadcast('b', { text: 'hello' }, now);
      const first = { broadcast: 'b', segment: 0, page: 0 };
      const second = { broadcast: 'b', segment: 0, page: 1 };
      await broadcasts.finishPage(first, counts, { pk: 'p', sk: 's' }, now);
      await broadcasts.finishPage(first, counts, { pk: 'x', sk: 'x' }, now);
      await broadcasts.finishPage(second, counts, { pk: 'q', sk: 't' }, now);
      await broadcasts.finishPage(second, counts, undefined, now);

      expect(await broadcasts.progressOf('b', 0)).toMatchObject({
        pagesDone: 2,
        cursor: { pk: 'q', sk: 't' },
      });
      expect(await broadcasts.stateOf('b')).toMatchObject({ delivered: 6, gone: 4, failed: 2 });
    });

    test('a repetition of failed posts corrects the counts once', async () => {
      await broadcasts.addBroadcast('b', { text: 'hello' }, now);
      await broadcasts.finishPage({ broadcast: 'b', segment: 0, page: 0 }, counts, undefined, now);
      const repetition = {
        broadcast: 'b',
        repetition: 'r',
        targets: [{ connectionId: 'c', isFramed: false }],
      };
      const change = { delivered: 1, gone: 0, failed: -1, excluded: 0 };
      await broadcasts.correctCounts(repetition, change, now);
      await broadcasts.correctCounts(repetition, change, now);

      expect(await broadcasts.stateOf('b')).toMatchObject({ delivered: 4, gone: 2, failed: 0 });
    });

    test('of posts that were set aside those are to be repeated that what is counted names, once', async () => {
      await broadcasts.addBroadcast('b', { text: 'hello' }, now);
      const page = (number: number) => ({ broadcast: 'b', segment: 0, page: number });
      const targets = [{ connectionId: 'c', isFramed: false }];
      const aside = (name: string, origin: RepetitionTask['origin']) =>
        broadcasts.standingOf({ broadcast: 'b', repetition: `${name}.0`, targets, origin });
      const [first, second] = [page(0), page(1)];
      expect(await aside('A', first)).toBe('undecided');
      await broadcasts.finishPage(first, counts, { pk: 'p', sk: 's' }, now, 'B');
      await broadcasts.finishPage(first, counts, { pk: 'p', sk: 's' }, now, 'A');
      expect([await aside('A', first), await aside('B', first), await aside('C', second)]).toEqual([
        'void',
        'to-do',
        'undecided',
      ]);
      await broadcasts.finishPage(second, counts, undefined, now, 'C');
      expect([await aside('B', first), await aside('C', second)]).toEqual(['to-do', 'to-do']);

      const change = { delivered: 1, gone: 0, failed: -1, excluded: 0 };
      expect(await aside('D', { repetition: 'B.0' })).toBe('undecided');
      await broadcasts.correctCounts({ broadcast: 'b', repetition: 'B.0', targets }, change, now, 'D');
      expect([await aside('B', first), await aside('D', { repetition: 'B.0' })]).toEqual(['void', 'to-do']);
      expect(await aside('E', { repetition: 'B.0' })).toBe('void');
      // Of an earlier release.
      expect(await broadcasts.standingOf({ broadcast: 'b', repetition: 'F', targets })).toBe('to-do');
    });

    test('a broadcast that is stopped has no text any more, whoever starts it again', async () => {
      await broadcasts.addBroadcast('b', { text: 'hello' }, now);
      await broadcasts.finishPage({ broadcast: 'b', segment: 0, page: 0 }, counts, undefined, now);
      await broadcasts.stop('b', now + 5);
      await broadcasts.stop('b', now + 9);
      await broadcasts.addBroadcast('b', { text: 'hello' }, now + 10);

      expect(await broadcasts.messageOf('b')).toBeUndefined();
      expect(await broadcasts.stateOf('b')).toMatchObject({ ...counts, startedAt: now, stoppedAt: now + 5 });
    });

    test('stopping what is no broadcast makes none', async () => {
      await broadcasts.stop('none', now);

      expect(await broadcasts.stateOf('none')).toBeUndefined();
      await broadcasts.addBroadcast('none', { text: 'hello' }, now);
      expect(await broadcasts.messageOf('none')).toEqual({ text: 'hello' });
    });

    test('broadcasts don’t count for each other', async () => {
      await broadcasts.addBroadcast('b', { text: 'hello' }, now);
      await broadcasts.addBroadcast('b2', { text: 'hello' }, now);
      await broadcasts.finishPage({ broadcast: 'b2', segment: 0, page: 0 }, counts, undefined, now);

      expect(await broadcasts.stateOf('b')).toMatchObject({ delivered: 0 });
    });
  });
}
