import { beforeEach, describe, expect, test } from 'vitest';
import type { MulticastRepetition } from '../../lambda/multicast/chunk-task.ts';
import type { MulticastTable, Part } from '../../lambda/multicast/multicast-table.ts';
import { MAX_MESSAGE_BYTES, MAX_UID_BYTES } from '../../protocol/limits.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const message = { text: '{"n" : 1.0}', options: { ttlSeconds: 0, selection: undefined } };
const chunks = [
  { first: 0, uids: ['a', 'ü"\n'] },
  { first: 2, uids: ['c'] },
];

function part(from: number, end: number): Part {
  const outcome = { delivered: 1, gone: 2, failed: 3, offline: [from], unavailable: [] };
  return { from, end, outcome, finishedAt: now + 5 };
}

/** What every table of multicasts does. `open` returns an empty one. */
export function describeMulticastTable(name: string, open: () => MulticastTable | Promise<MulticastTable>) {
  describe(`${name} as a table of multicasts`, () => {
    let table: MulticastTable;
    beforeEach(async () => {
      table = await open();
    });

    test('knows nothing of a multicast that is none', async () => {
      expect(await table.messageOf('none')).toBeUndefined();
      expect(await table.chunkOf('none', 0)).toBeUndefined();
      expect(await table.stateOf('none')).toBeUndefined();
      expect(await table.partFrom('none', 0)).toBeUndefined();
    });

    test('has a new one’s message, chunks and state, and nothing done', async () => {
      const options = { ttlSeconds: 60, selection: { only: ['laptop'], except: [] } };
      await table.addMulticast('m', { text: 'ü', options }, chunks, now);

      expect(await table.messageOf('m')).toEqual({ text: 'ü', options });
      expect([await table.chunkOf('m', 0), await table.chunkOf('m', 1)]).toEqual(chunks);
      expect(await table.chunkOf('m', 2)).toBeUndefined();
      expect(await table.stateOf('m')).toEqual({
        uids: 3,
        chunkStarts: [0, 2],
        startedAt: now,
        isStored: true,
        isSelected: true,
        parts: [],
        corrections: [],
      });
    });

    test('keeps a message and a chunk of the full size', async () => {
      const uid = 'x'.repeat(MAX_UID_BYTES);
      const text = 'x'.repeat(MAX_MESSAGE_BYTES);
      await table.addMulticast('m', { ...message, text }, [{ first: 0, uids: Array(290).fill(uid) }], now);

      expect((await table.messageOf('m'))?.text).toHaveLength(MAX_MESSAGE_BYTES);
      expect((await table.chunkOf('m', 0))?.uids).toHaveLength(290);
    });

    test('started again, one is what it was', async () => {
      await table.addMulticast('m', message, chunks, now);
      await table.finishPart('m', part(0, 2));
      await table.addMulticast('m', message, chunks, now + 9);

      expect(await table.stateOf('m')).toMatchObject({ startedAt: now, parts: [part(0, 2)] });
    });

    test('has its parts in the order of their uids', async () => {
      await table.addMulticast('m', message, chunks, now);
      for (const from of [1_000, 20, 3]) await table.finishPart('m', part(from, from + 1));

      expect((await table.stateOf('m'))?.parts.map(({ from }) => from)).toEqual([3, 20, 1_000]);
      expect(await table.partFrom('m', 20)).toEqual(part(20, 21));
    });

    test('the first outcome of a part stands', async () => {
      await table.addMulticast('m', message, chunks, now);

      expect(await table.finishPart('m', part(0, 1))).toEqual(part(0, 1));
      expect(await table.finishPart('m', part(0, 2))).toEqual(part(0, 1));
      expect((await table.stateOf('m'))?.parts).toEqual([part(0, 1)]);
    });

    test('a repetition of failed posts corrects the counts once', async () => {
      await table.addMulticast('m', message, chunks, now);
      await table.finishPart('m', part(0, 2));
      const repetition = {
        multicast: 'm',
        repetition: 'r',
        targets: [{ connectionId: 'c', isFramed: false }],
      };
      const change = { delivered: 1, gone: 0, failed: -1, excluded: 0 };
      await table.correctCounts(repetition, change, now);
      await table.correctCounts(repetition, { ...change, delivered: 2 }, now);

      expect(await table.stateOf('m')).toMatchObject({ parts: [part(0, 2)], corrections: [change] });
    });

    test('of posts that were set aside those are to be repeated that what is counted names, once', async () => {
      await table.addMulticast('m', message, chunks, now);
      const targets = [{ connectionId: 'c', isFramed: false }];
      const aside = (name: string, origin: MulticastRepetition['origin']) =>
        table.standingOf({ multicast: 'm', repetition: `${name}.0`, targets, origin });
      expect(await aside('A', { from: 0 })).toBe('undecided');
      const counted = { ...part(0, 2), setAside: 'B' };
      expect(await table.finishPart('m', counted)).toEqual(counted);
      expect(await table.finishPart('m', { ...part(0, 2), setAside: 'A' })).toEqual(counted);
      expect([await aside('A', { from: 0 }), await aside('B', { from: 0 })]).toEqual(['void', 'to-do']);

      const change = { delivered: 1, gone: 0, failed: -1, excluded: 0 };
      expect(await aside('D', { repetition: 'B.0' })).toBe('undecided');
      await table.correctCounts({ multicast: 'm', repetition: 'B.0', targets }, change, now, 'D');
      expect(await aside('B', { from: 0 })).toBe('void');
      expect([await aside('D', { repetition: 'B.0' }), await aside('E', { repetition: 'B.0' })]).toEqual([
        'to-do',
        'void',
      ]);
      // Of an earlier release.
      expect(await table.standingOf({ multicast: 'm', repetition: 'F', targets })).toBe('to-do');
    });

    test('notes once that a part is begun', async () => {
      expect([await table.beginPart('m', 0, now), await table.beginPart('m', 0, now)]).toEqual([true, false]);
      expect([await table.beginPart('m', 1, now), await table.beginPart('m2', 0, now)]).toEqual([true, true]);
    });

    test('multicasts don’t count for each other', async () => {
      await table.addMulticast('m', message, chunks, now);
      await table.finishPart('m2', part(0, 2));

      expect((await table.stateOf('m'))?.parts).toEqual([]);
      expect(await table.stateOf('m2')).toBeUndefined();
    });
  });
}
