import { beforeEach, describe, expect, test } from 'vitest';
import { dueSpanOf } from '../../lambda/presence/due.ts';
import {
  type DueTable,
  MAX_PRESENCES,
  type Presence,
  type PresenceTable,
} from '../../lambda/presence/presence-table.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const online: Presence = { isOnline: true, epoch: 5, at: now, connections: 1, told: 0, dueAt: now + 60_000 };
const offline: Presence = { isOnline: false, epoch: 6, at: now, connections: 0, told: 5 };

/** What every table of presence does. `open` returns an empty one. */
export function describePresenceTable(name: string, open: () => Promise<PresenceTable & DueTable>): void {
  describe(`${name} as a table of presence`, () => {
    let table: PresenceTable & DueTable;
    beforeEach(async () => {
      table = await open();
    });

    test('knows nothing of a uid that never was', async () => {
      expect(await table.presenceOf('u')).toBeUndefined();
      expect(await table.noteLeft('u', now)).toBe(false);
      await table.noteTold('u', 1);
      expect(await table.presenceOf('u')).toBeUndefined();
    });

    test('knows of many uids at once, in the order in which they are asked for', async () => {
      await table.change('u1', undefined, online);
      await table.change('u2', undefined, offline);

      expect(await table.presencesOf(['u2', 'u0', 'u1'])).toEqual([offline, undefined, online]);
      expect(await table.presencesOf([])).toEqual([]);
      const hundred = Array.from({ length: MAX_PRESENCES }, (_, index) => `u${index}`);
      expect((await table.presencesOf(hundred)).filter((one) => one !== undefined)).toHaveLength(2);
    });

    test('changes what is as it was read, and nothing else', async () => {
      expect(await table.change('u', undefined, online)).toBe(true);
      expect(await table.change('u', undefined, online)).toBe(false);
      expect(await table.change('u', { ...online, epoch: 4 }, offline)).toBe(false);
      expect(await table.presenceOf('u')).toEqual(online);

      expect(await table.change('u', online, offline)).toBe(true);
      expect(await table.presenceOf('u')).toEqual(offline);
      expect(await table.presenceOf('other')).toBeUndefined();
    });

    test('keeps that a change is for pages alone, until the next one', async () => {
      const forPages: Presence = { ...online, isForPages: true };
      await table.change('u', undefined, forPages);
      expect(await table.presenceOf('u')).toEqual(forPages);
      await table.change('u', forPages, offline);
      expect(await table.presenceOf('u')).toEqual(offline);
    });

    test('does not change a uid whose last connection has left meanwhile', async () => {
      await table.change('u', undefined, online);
      expect(await table.noteLeft('u', now + 1)).toBe(true);
      const left = { ...online, leftAt: now + 1 };

      expect(await table.change('u', online, offline)).toBe(false);
      expect(await table.presenceOf('u')).toEqual(left);
      await table.noteLeft('u', now + 2);
      expect(await table.change('u', left, offline)).toBe(false);
      expect(await table.change('u', { ...online, leftAt: now + 2 }, offline)).toBe(true);
    });

    test('notes of a uid that is online alone that it left', async () => {
      await table.change('u', undefined, offline);

      expect(await table.noteLeft('u', now)).toBe(false);
      expect(await table.presenceOf('u')).toEqual(offline);
    });

    test('notes that an epoch is told while it is the last one', async () => {
      await table.change('u', undefined, online);
      await table.noteTold('u', 4);
      expect(await table.presenceOf('u')).toEqual(online);

      await table.noteTold('u', 5);
      expect(await table.presenceOf('u')).toEqual({ ...online, told: 5 });
    });

    test('has the looks that are due by their spans, until they are removed', async () => {
      const span = dueSpanOf(now);
      const uids = Array.from({ length: 25 }, (_, index) => `u${index}`);
      for (const uid of uids) await table.addDue(uid, now);
      await table.addDue('u0', now);
      await table.addDue('later', now + 300_000);
      const dueIn = async (which: number) => {
        const found: string[] = [];
        for await (const page of table.dueIn(which)) found.push(...page);
        return found.sort();
      };

      expect(await dueIn(span)).toEqual(uids.toSorted());
      expect(await dueIn(span + 1)).toEqual(['later']);
      for (const uid of uids) await table.removeDue(uid, span);
      expect(await dueIn(span)).toEqual([]);
      expect(await dueIn(span + 1)).toEqual(['later']);
    });

    test('knows how far looks were asked for', async () => {
      expect(await table.sweptThrough()).toBeUndefined();
      await table.noteSwept(7);
      await table.noteSwept(8);
      expect(await table.sweptThrough()).toBe(8);
    });
  });
}
