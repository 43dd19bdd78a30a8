import { beforeEach, describe, expect, test } from 'vitest';
import type { GroupRow, GroupTable } from '../../lambda/groups/group-table.ts';
import {
  afterRowsOf,
  type Layout,
  orderOf,
  type RowRange,
  segmentOf,
  smallLayout,
} from '../../lambda/groups/layout.ts';
import type { ConnectionTable } from '../../lambda/table/connection-table.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const seconds = now / 1_000;
const hour = 3_600_000;

const row = (uid: string, connectionId: string, expiresAt = seconds + 60): GroupRow => ({
  uid,
  connectionId,
  isFramed: true,
  expiresAt,
});

/** What every table of groups does. `open` returns an empty one, and the table of connections that it reads. */
export function describeGroupTable(
  name: string,
  open: () => Promise<{ groups: GroupTable; connections: ConnectionTable }>,
): void {
  describe(`${name} as a table of groups`, () => {
    let groups: GroupTable;
    let connections: ConnectionTable;
    beforeEach(async () => {
      ({ groups, connections } = await open());
    });

    const idsOf = async (group: string, at = now, max = 1_000) =>
      (await groups.rowsOf(group, at, max)).rows.map(({ connectionId }) => connectionId).sort();

    test('knows nothing of a uid, a connection and a group that it was told nothing of', async () => {
      expect(await groups.standing('u', 'c', ['g'])).toEqual({
        memberships: [],
        layouts: new Map([['g', smallLayout]]),
      });
      expect(await groups.membershipsOf('u')).toEqual({ memberships: [] });
      expect(await groups.visitOf('u', 'c')).toBeUndefined();
      expect(await groups.rowsOf('g', now, 10)).toEqual({ rows: [], layout: smallLayout });
      expect(await groups.listedMembers('g', 10, undefined, now)).toEqual([]);
    });

    test('reads at once what decides where a connection is', async () => {
      const connection = { connectionId: 'c', registeredAt: now, expiresAt: seconds + 60, isFramed: true };
      await connections.addConnection('u', { ...connection, device: 'd' });
      await groups.replaceMemberships('u', undefined, [{ group: 'g', until: now + 1_000 }, { group: 'h' }]);
      await groups.replaceVisit('u', 'c', undefined, { joined: ['i'], mayJoin: ['*'] }, seconds + 60);
      await groups.growLayout('g', smallLayout, now);

      expect(await groups.standing('u', 'c', ['g', 'h'])).toEqual({
        connection: { ...connection, device: 'd' },
        memberships: [{ group: 'g', until: now + 1_000 }, { group: 'h' }],
        visit: { joined: ['i'], mayJoin: ['*'], version: expect.any(String), expiresAt: seconds + 60 },
        layouts: new Map([
          ['g', { digits: 1, grownAt: [now] }],
          ['h', smallLayout],
        ]),
      });
    });

    test('replaces memberships and visits in place of the version that was read, and of no other', async () => {
      expect(await groups.replaceMemberships('u', undefined, [{ group: 'g' }])).toBe(true);
      expect(await groups.replaceMemberships('u', undefined, [{ group: 'h' }])).toBe(false);
      const { version } = await groups.membershipsOf('u');
      expect(await groups.replaceMemberships('u', version, [])).toBe(true);
      expect(await groups.replaceMemberships('u', version, [{ group: 'h' }])).toBe(false);
      expect(await groups.replaceMemberships('u', undefined, [{ group: 'h' }])).toBe(true);
      expect((await groups.membershipsOf('u')).memberships).toEqual([{ group: 'h' }]);

      expect(await groups.replaceVisit('u', 'c', undefined, { joined: [] }, seconds + 1)).toBe(true);
      expect(await groups.replaceVisit('u', 'c', 'another', { joined: ['g'] }, seconds + 1)).toBe(false);
      const visit = await groups.visitOf('u', 'c');
      expect(await groups.replaceVisit('u', 'c', visit?.version, undefined, 0)).toBe(true);
      expect(await groups.visitOf('u', 'c')).toBeUndefined();
    });

    test('finds the visits of a uid that have not ended', async () => {
      await groups.replaceVisit('u', 'a', undefined, { joined: ['g'] }, seconds + 60);
      await groups.replaceVisit('u', 'b', undefined, { joined: ['h'] }, seconds);
      await groups.replaceVisit('v', 'c', undefined, { joined: ['i'] }, seconds + 60);

      expect((await groups.visitsOf('u', now)).map(({ joined }) => joined)).toEqual([['g']]);
    });

    test('has of each group the rows that have not ended, whatever its name has in it', async () => {
      const names = ['g', 'g#', '#g', 'a#g', 'members#g'];
      for (const name of names) await groups.putRow(name, smallLayout, row('u', `in ${name}`));
      await groups.putRow('g', smallLayout, row('u', 'ended', seconds));

      for (const name of names) expect(await idsOf(name)).toEqual([`in ${name}`]);
      await groups.removeRow('g', smallLayout, 'u', 'in g', now);
      await groups.removeRow('g', smallLayout, 'u', 'never there', now);
      expect(await idsOf('g')).toEqual([]);
    });

    test('reads one more row than is asked for, at most', async () => {
      for (let n = 0; n < 9; n++) await groups.putRow('g', smallLayout, row(`u${n}`, `c${n}`));

      expect(await idsOf('g', now, 4)).toHaveLength(5);
    });

    test('finds each connection of a group that grows once, in the newer of its rows', async () => {
      let layout: Layout = smallLayout;
      await groups.putRow('g', layout, row('u', 'old'));
      await groups.putRow('g', layout, row('v', 'both'));
      await groups.growLayout('g', layout, now);
      await groups.growLayout('g', layout, now + 1);
      layout = await groups.layoutOf('g');
      expect(layout).toEqual({ digits: 1, grownAt: [now] });
      await groups.putRow('g', layout, row('v', 'both', seconds + 120));
      await groups.putRow('g', layout, row('w', 'new'));

      expect(await idsOf('g')).toEqual(['both', 'new', 'old']);
      const { rows } = await groups.rowsOf('g', now, 10);
      expect(rows.find(({ connectionId }) => connectionId === 'both')?.expiresAt).toBe(seconds + 120);
      expect(await groups.rowsOfUid('g', layout, 'v', now)).toHaveLength(1);
      await groups.removeRow('g', layout, 'v', 'both', now);
      await groups.removeRow('g', layout, 'u', 'old', now);
      expect(await idsOf('g')).toEqual(['new']);
    });

    test('looks for the rows of a coarser place as long as a connection may have one there', async () => {
      await groups.putRow('g', smallLayout, row('u', 'old', seconds + 24 * 3_600));
      await groups.growLayout('g', smallLayout, now);

      expect(await idsOf('g', now + 2 * hour)).toEqual(['old']);
      expect(await idsOf('g', now + 3 * hour)).toEqual([]);
    });

    test('grows twice, and has the rows in one order however they are placed', async () => {
      const uids = Array.from({ length: 40 }, (_, n) => `u${n}`);
      const order = async () => {
        const found: string[] = [];
        for await (const { uid } of groups.rowsInOrder('g', await groups.layoutOf('g'), {}, now)) {
          if (found.at(-1) !== uid) found.push(uid);
        }
        return found;
      };
      for (const uid of uids) await groups.putRow('g', smallLayout, row(uid, `c-${uid}`));
      const small = await order();
      for (let step = 0; step < 2; step++) {
        await groups.growLayout('g', await groups.layoutOf('g'), now);
        const layout = await groups.layoutOf('g');
        for (const uid of uids.slice(0, 20)) await groups.putRow('g', layout, row(uid, `c-${uid}`));
      }

      expect((await groups.layoutOf('g')).digits).toBe(2);
      expect(await order()).toEqual(small);
      expect(small.toSorted()).toEqual(uids.toSorted());
      const after: string[] = [];
      const layout = await groups.layoutOf('g');
      for await (const { uid } of groups.rowsInOrder('g', layout, { after: afterRowsOf(small[30]!) }, now))
        after.push(uid);
      expect([...new Set(after)]).toEqual(small.slice(31));
      expect(await idsOf('g')).toHaveLength(40);
    });

    test('has the rows between two places, neither of which is among them, however many a request reads', async () => {
      const uids = Array.from({ length: 40 }, (_, n) => `u${n}`);
      for (const uid of uids) await groups.putRow('g', smallLayout, row(uid, `c-${uid}`));
      const found = async (range: RowRange) => {
        const rows: string[] = [];
        const layout = await groups.layoutOf('g');
        for await (const one of groups.rowsInOrder('g', layout, range, now)) rows.push(orderOf(one));
        return rows;
      };
      const all = await found({});
      for (let step = 0; step < 3; step++) {
        expect(await found({ after: all[3]!, before: all[30]!.slice(0, 20), atOnce: 5 })).toEqual(
          all.slice(4, 30),
        );
        const segments = [0, 1, 2].map((segment) => found({ ...segmentOf(segment, 3), atOnce: 4 }));
        expect((await Promise.all(segments)).flat()).toEqual(all);
        await groups.growLayout('g', await groups.layoutOf('g'), now);
      }
    });

    test('lists members page by page, without those whose time is over', async () => {
      for (const uid of ['a', 'b', 'c', 'd']) await groups.listMember('g', { uid });
      await groups.listMember('g', { uid: 'over', until: now });
      await groups.listMember('g', { uid: 'timed', until: now + 1 });
      await groups.unlistMember('g', 'd');

      const first = await groups.listedMembers('g', 2, undefined, now);
      const rest = await groups.listedMembers('g', 9, first.at(-1)?.uid, now);
      expect([...first, ...rest].sort((one, other) => (one.uid < other.uid ? -1 : 1))).toEqual([
        { uid: 'a' },
        { uid: 'b' },
        { uid: 'c' },
        { uid: 'timed', until: now + 1 },
      ]);
      expect(await groups.countListed('g', now)).toBe(4);
    });
  });
}
