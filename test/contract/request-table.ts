import { beforeEach, describe, expect, test } from 'vitest';
import type { RequestTable } from '../../lambda/idempotency/request-table.ts';
import type { PushResult } from '../../protocol/answers/push.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const day = 86_400_000;
const request = { id: 'm1', fingerprint: 'f1', startedAt: now };
const answer = { uid: 'ü', delivered: 1, gone: 0, failed: 0, seq: 7, stored: true as const };

/** What every table of pushes with an idempotency key does. */
export function describeRequestTable(
  name: string,
  open: () => Promise<RequestTable<PushResult>> | RequestTable<PushResult>,
): void {
  describe(`${name} as a table of requests`, () => {
    let table: RequestTable<PushResult>;
    beforeEach(async () => {
      table = await open();
    });

    test('has a request from when it began, for a day', async () => {
      expect(await table.requestOf('r', now)).toBeUndefined();
      expect(await table.begin('r', request)).toBe(true);

      expect(await table.requestOf('r', now + day - 1)).toEqual(request);
      expect(await table.requestOf('r', now + day)).toBeUndefined();
      expect(await table.requestOf('other', now)).toBeUndefined();
    });

    test('lets it begin once a day, though nothing has deleted it yet', async () => {
      await table.begin('r', request);

      expect(await table.begin('r', { ...request, startedAt: now + day - 1 })).toBe(false);
      expect(await table.begin('r', { ...request, id: 'm2', startedAt: now + day })).toBe(true);
      expect(await table.requestOf('r', now + day)).toMatchObject({ id: 'm2' });
    });

    test('lets one of many begin', async () => {
      const attempts = Array.from({ length: 10 }, (_, index) =>
        table.begin('r', { ...request, id: `m${index}` }),
      );

      expect((await Promise.all(attempts)).filter((won) => won)).toHaveLength(1);
    });

    test('keeps the number that was tried, and the answer', async () => {
      await table.begin('r', request);
      await table.recordAttempt('r', now, 6);
      await table.recordAttempt('r', now, 7);
      expect(await table.requestOf('r', now)).toEqual({ ...request, triedSeq: 7 });

      await table.finish('r', now, answer);
      expect(await table.requestOf('r', now)).toEqual({ ...request, triedSeq: 7, answer });
    });

    test('can be taken over by one, who keeps its id and the number that was tried', async () => {
      await table.begin('r', request);
      await table.recordAttempt('r', now, 6);

      expect(await table.takeOver('r', now, now + 1)).toBe(true);
      expect(await table.takeOver('r', now, now + 2)).toBe(false);
      expect(await table.requestOf('r', now)).toEqual({ ...request, startedAt: now + 1, triedSeq: 6 });
    });

    test('is not changed any more by the one from whom it was taken', async () => {
      await table.begin('r', request);
      await table.takeOver('r', now, now + 1);

      await expect(table.recordAttempt('r', now, 6)).rejects.toThrow();
      await table.finish('r', now, answer);
      await table.release('r', now, true);
      expect(await table.requestOf('r', now)).toEqual({ ...request, startedAt: now + 1 });
    });

    test('can be let go, for anybody to take', async () => {
      await table.begin('r', request);
      await table.release('r', now, false);

      expect(await table.requestOf('r', now)).toEqual({ ...request, startedAt: 0 });
      expect(await table.takeOver('r', 0, now + 1)).toBe(true);
    });

    test('remembers from then on that it may have been done by one that was not sure', async () => {
      await table.begin('r', request);
      await table.release('r', now, true);
      expect(await table.requestOf('r', now)).toEqual({ ...request, startedAt: 0, mayBeDone: true });

      await table.takeOver('r', 0, now + 1);
      await table.release('r', now + 1, false);
      expect(await table.requestOf('r', now)).toEqual({ ...request, startedAt: 0, mayBeDone: true });
    });

    test('is not taken over once it is answered', async () => {
      await table.begin('r', request);
      await table.finish('r', now, answer);

      expect(await table.takeOver('r', now, now + 1)).toBe(false);
    });
  });
}
