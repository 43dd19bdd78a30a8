import { beforeEach, describe, expect, test } from 'vitest';
import type { LogEntry, MessageLog } from '../../lambda/messages/message-log.ts';

const now = Date.parse('2026-01-01T12:00:00Z');

function message(seq: number, more: { id?: string; text?: string; storedUntil?: number } = {}) {
  return { seq, id: `m${seq}`, text: `{"n":${seq}}`, storedAt: now, storedUntil: now + 60_000, ...more };
}

/** What every message log does. `open` returns one that is empty. */
export function describeMessageLog(name: string, open: () => Promise<MessageLog> | MessageLog): void {
  describe(`${name} as a message log`, () => {
    let log: MessageLog;
    beforeEach(async () => {
      log = await open();
    });

    async function entriesAfter(since: number, at = now): Promise<LogEntry[]> {
      const entries: LogEntry[] = [];
      for await (const entry of log.entriesAfter('u1', since, at)) entries.push(entry);
      return entries;
    }

    describe('the counter', () => {
      test('of a uid that never had a message is 0', async () => {
        expect(await log.latestOf('u1')).toBe(0);
      });

      test('goes up and never down, for its uid alone', async () => {
        await log.raiseLatest('u1', 3, now);
        await log.raiseLatest('u1', 2, now);
        await log.raiseLatest('u1', 3, now);

        expect(await log.latestOf('u1')).toBe(3);
        expect(await log.latestOf('u2')).toBe(0);
      });
    });

    describe('keeping the counter', () => {
      test('is possible while it is there, and at least what a page was told', async () => {
        expect(await log.keepCounter('u1', 1, now)).toBe(false);
        expect(await log.latestOf('u1')).toBe(0);
        await log.raiseLatest('u1', 3, now);

        expect(await log.keepCounter('u1', 3, now)).toBe(true);
        expect(await log.keepCounter('u1', 4, now)).toBe(false);
        expect(await log.latestOf('u1')).toBe(3);
      });
    });

    describe('a message', () => {
      test('takes its number; another then can’t, and the same can', async () => {
        expect(await log.addMessage('u1', message(1))).toBe(true);
        expect(await log.addMessage('u1', message(1, { id: 'other' }))).toBe(false);
        expect(await log.addMessage('u1', message(1))).toBe(true);
        expect(await log.addMessage('u2', message(1, { id: 'other' }))).toBe(true);

        expect(await entriesAfter(0)).toEqual([message(1)]);
      });

      test('keeps for whom it is', async () => {
        const selected = { ...message(1), selection: { only: ['phone', 'c'], except: ['laptop'] } };
        await log.addMessage('u1', selected);

        expect(await entriesAfter(0)).toEqual([selected]);
      });

      test('wins its number alone, of many that come at the same time', async () => {
        const attempts = Array.from({ length: 10 }, (_, index) =>
          log.addMessage('u1', message(1, { id: `${index}` })),
        );

        expect((await Promise.all(attempts)).filter((won) => won)).toHaveLength(1);
      });

      test('that has expired is not there, though its number stays taken', async () => {
        await log.addMessage('u1', message(1, { storedUntil: now }));

        expect(await log.entryOf('u1', 1, now)).toBeUndefined();
        expect(await log.entryOf('u1', 1, now - 1)).toEqual(message(1, { storedUntil: now }));
        expect(await entriesAfter(0)).toEqual([]);
        expect(await log.addMessage('u1', message(1, { id: 'other' }))).toBe(false);
      });

      test('can be taken back once: its text is gone, its number is not', async () => {
        await log.addMessage('u1', message(1));

        expect(await log.takeBack('u1', 1, now)).toBe(true);
        expect(await log.takeBack('u1', 1, now)).toBe(false);
        const takenBack = { seq: 1, storedAt: now, storedUntil: now + 60_000, isTakenBack: true };
        expect(await log.entryOf('u1', 1, now)).toEqual(takenBack);
        expect(await entriesAfter(0)).toEqual([takenBack]);
        expect(await log.addMessage('u1', message(1))).toBe(false);
      });

      test('that never was, or has expired, can’t be taken back', async () => {
        await log.addMessage('u1', message(1, { storedUntil: now }));

        expect(await log.takeBack('u1', 1, now)).toBe(false);
        expect(await log.takeBack('u1', 2, now)).toBe(false);
      });
    });

    describe('the messages after a number', () => {
      test('come in order, with every digit, as they were written', async () => {
        const seqs = [9, 10, 99, 100, 1_000_000];
        for (const seq of seqs.toReversed()) await log.addMessage('u1', message(seq));
        await log.addMessage('u2', message(11));

        expect(await entriesAfter(9)).toEqual(seqs.slice(1).map((seq) => message(seq)));
        expect(await entriesAfter(1_000_000)).toEqual([]);
      });

      test('may be so many, and so long, that they fill more than one page of an answer', async () => {
        const text = 'x'.repeat(20_000);
        const seqs = Array.from({ length: 230 }, (_, index) => index + 1);
        await Promise.all(seqs.map((seq) => log.addMessage('u1', message(seq, { text }))));

        expect((await entriesAfter(0)).map(({ seq }) => seq)).toEqual(seqs);
      });
    });

    describe('the state of a number', () => {
      test('that was never given is the counter alone', async () => {
        await log.raiseLatest('u1', 2, now);

        expect(await log.stateOf('u1', 3, now)).toEqual({ latest: 2, receipt: {} });
      });

      test('has the message and when it was first delivered and acknowledged', async () => {
        await log.addMessage('u1', message(1));
        await log.raiseLatest('u1', 1, now);
        expect(await log.stateOf('u1', 1, now)).toEqual({ latest: 1, entry: message(1), receipt: {} });

        await log.recordAcknowledged('u1', message(1), now + 2);
        await log.recordDelivered('u1', message(1), now + 1);
        await log.recordAcknowledged('u1', message(1), now + 3);
        await log.recordDelivered('u1', message(1), now + 4);

        expect((await log.stateOf('u1', 1, now)).receipt).toEqual({
          deliveredAt: now + 1,
          acknowledgedAt: now + 2,
        });
        expect(await entriesAfter(0)).toEqual([message(1)]);
      });
    });
  });
}
