import { describe, expect, it } from 'vitest';
import { emptyGroup, putUidIn } from '../../../lambda/groups/membership.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import { MemoryGroupTable } from '../../support/memory-group-table.ts';
import { pushDependencies } from '../../support/push-dependencies.ts';

/** Dependencies with a group of so many uids, whose table fails once for each of `failing`. */
async function withGroup(members: number, failing: string[] = []) {
  const groupTable = new MemoryGroupTable(new MemoryConnectionTable());
  const dependencies = { ...pushDependencies(), groupTable };
  for (let index = 0; index < members; index++) await putUidIn('g', `u${index}`, undefined, dependencies);
  const membershipsOf = groupTable.membershipsOf.bind(groupTable);
  const left = new Set(failing);
  groupTable.membershipsOf = async (uid) => {
    if (left.delete(uid)) throw new Error('throttled');
    return membershipsOf(uid);
  };
  return dependencies;
}

describe('emptying a group', () => {
  it('counts everybody whom it takes out, on whatever page', async () => {
    const dependencies = await withGroup(150);

    expect(await emptyGroup('g', dependencies)).toEqual({ uids: 150, connections: 0 });
    expect(await emptyGroup('g', dependencies)).toEqual({ uids: 0, connections: 0 });
  });

  it('says whom it took out, and that there are more, when the table fails in between', async () => {
    const dependencies = await withGroup(50, ['u0', 'u20', 'u49']);

    expect(await emptyGroup('g', dependencies)).toEqual({ uids: 47, connections: 0, more: true });
    expect(await emptyGroup('g', dependencies)).toEqual({ uids: 3, connections: 0 });
  });

  it('counts each once, however often it is repeated', async () => {
    const dependencies = await withGroup(250, ['u1', 'u77', 'u120', 'u249']);
    let uids = 0;
    let removal: Awaited<ReturnType<typeof emptyGroup>>;
    do {
      removal = await emptyGroup('g', dependencies);
      uids += removal.uids;
    } while (removal.more);

    expect(uids).toBe(250);
  });

  it('fails when it could take nobody out', async () => {
    const dependencies = await withGroup(2, ['u0', 'u1']);

    await expect(emptyGroup('g', dependencies)).rejects.toThrow('throttled');
  });
});
