import { expect, test } from 'vitest';
import { smallLayout } from '../../../lambda/groups/layout.ts';
import { pushToGroup } from '../../../lambda/groups/push-to-group.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import { MemoryGroupTable } from '../../support/memory-group-table.ts';
import { MemoryRequestTable } from '../../support/memory-request-table.ts';
import { pushDependencies } from '../../support/push-dependencies.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const connections = 2_001;

test('reaches all of a large group when it cannot be spread over more partitions', async () => {
  const groups = new MemoryGroupTable(new MemoryConnectionTable());
  const row = (index: number) => ({
    uid: `u${index}`,
    connectionId: `c${index}`,
    isFramed: false,
    expiresAt: now / 1_000 + 60,
  });
  for (let index = 0; index < connections; index++) await groups.putRow('g', smallLayout, row(index));
  const groupTable = Object.assign(groups, {
    growLayout: async () => {
      throw new Error('throttled');
    },
  });
  const answer = await pushToGroup({ group: 'g', text: '{}', selection: undefined }, undefined, false, {
    ...pushDependencies({ clock: new FakeClock(now) }),
    groupTable,
    groupRequests: new MemoryRequestTable(),
    queue: { sendAll: async () => {} },
  });

  expect(answer).toMatchObject({ delivered: connections, failed: 0 });
});
