import { expect, test } from 'vitest';
import { describeRevocationTable } from '../../contract/revocation-table.ts';
import { emptyTable } from '../../support/dynamodb.ts';
import { MemoryRevocationTable } from '../../support/memory-revocation-table.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const seconds = now / 1_000;

describeRevocationTable('memory', async () => new MemoryRevocationTable());
describeRevocationTable('DynamoDB', async () => (await emptyTable()).revocations);

test.each([
  ['a block', 86_400, 3_600],
  ['the longest life of a token', 60, 3_600],
])('the item lasts as long as the longer of both, here %s', async (_, blockSeconds, lifeSeconds) => {
  const { revocations, itemOf } = await emptyTable();
  await revocations.block('u', now + blockSeconds * 1_000);
  await revocations.revoke('u', seconds, seconds + lifeSeconds);
  await revocations.block('u', now);

  const end = seconds + Math.max(blockSeconds, lifeSeconds);
  expect(await itemOf('uid#u', 'revocation')).toMatchObject({ expiresAt: end });
});
