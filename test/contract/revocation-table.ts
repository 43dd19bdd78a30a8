import { beforeEach, describe, expect, test } from 'vitest';
import type { RevocationTable } from '../../lambda/identity/revocation.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const seconds = now / 1_000;

/** What every table of revocations does. `open` returns an empty one. */
export function describeRevocationTable(name: string, open: () => Promise<RevocationTable>): void {
  describe(`${name} as a table of revocations`, () => {
    let table: RevocationTable;
    beforeEach(async () => {
      table = await open();
    });

    test('of most uids there is none', async () => {
      expect(await table.revocationOf('u')).toBeUndefined();
    });

    test('keeps the latest time up to which tokens are refused', async () => {
      await table.revoke('u', seconds, seconds + 60);
      await table.revoke('u', seconds - 30, seconds + 30);

      expect(await table.revocationOf('u')).toEqual({ revokedThrough: seconds });
      expect(await table.revocationOf('other')).toBeUndefined();
    });

    test('a block takes the place of the one before, and leaves what is revoked', async () => {
      await table.block('u', now + 86_400_000);
      await table.revoke('u', seconds, seconds + 60);
      await table.block('u', now);

      expect(await table.revocationOf('u')).toEqual({ revokedThrough: seconds, blockedUntil: now });
    });
  });
}
