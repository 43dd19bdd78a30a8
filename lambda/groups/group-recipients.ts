import type { Recipients } from '../broadcast/broadcast-table.ts';
import { BROADCAST_SEGMENTS } from '../broadcast/broadcast-task.ts';
import { forgetGoneConnection } from '../registration/forget-connection.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import type { GroupRow } from './group-table.ts';
import { isOutgrown, orderOf, segmentOf } from './layout.ts';
import { forgetRow, type GroupDependencies } from './settle-rows.ts';

/**
 * The connections of a group as those whom a broadcast is for. Segments and pages follow the order of the rows, which
 * is the same in every layout:
 *
 *     push                       connection a                        group
 *                                ── row, 0 digits ─────────────────▶ a in one place
 *     ── page 1, up to hash 4…: not a
 *                                                                    ── layout: 1 digit
 *                                ── row, 1 digit (it registers anew) a in two places
 *     ── page 2, from hash 4… on, both places: a, once
 *
 * So a connection that is in from before the push until its page is read is on exactly one page, however the group
 * grows.
 */
export function groupRecipients(
  group: string,
  dependencies: GroupDependencies & { table: ConnectionTable },
): Recipients {
  const { groupTable, table } = dependencies;
  return {
    async page({ segment, page, cursor }, size, now) {
      const layout = await groupTable.layoutOf(group);
      // Of this segment so many were read before; the others have as many.
      if (isOutgrown(layout, page * size * BROADCAST_SEGMENTS))
        await groupTable.growLayout(group, layout, now);
      // One more than the page has says whether there is another page.
      const range = { ...segmentOf(segment, BROADCAST_SEGMENTS), atOnce: size + 1 };
      if (cursor) range.after = cursor.sk;
      const recipients: GroupRow[] = [];
      for await (const row of groupTable.rowsInOrder(group, layout, range, now)) {
        const last = recipients.at(-1);
        if (last && orderOf(last) === orderOf(row)) recipients.pop();
        else if (last && recipients.length === size) {
          return { recipients, next: { pk: group, sk: orderOf(last) } };
        }
        recipients.push(row);
      }
      return { recipients };
    },
    async forget(recipient) {
      await forgetGoneConnection(table, recipient.uid, recipient.connectionId);
      await forgetRow(group, recipient, dependencies);
    },
  };
}
