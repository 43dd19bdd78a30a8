import type { TableRows } from './table-rows.ts';
import type { Verdict } from './verdicts.ts';

/** A row goes within a minute after its expiry here, and within days on AWS. */
const sweepSeconds = 90;

/** Judges the table after every uid was pushed to while nothing went wrong. `open`: the ids of the open connections. */
export function rowVerdicts(
  { uids, registrations, expiries }: TableRows,
  open: readonly string[],
  nowMs: number,
  longestLifeMs: number,
): Verdict[] {
  const without = open.filter((id) => !uids.has(id) || !registrations.has(id)).length;
  const dead = [...uids.keys()].filter((id) => !open.includes(id)).length;
  const now = nowMs / 1_000;
  const overdue = expiries.filter((expiry) => !(expiry > now - sweepSeconds)).length;
  const endless = expiries.filter((expiry) => !(expiry <= now + longestLifeMs / 1_000)).length;
  return [
    {
      what: 'every open connection has its rows',
      holds: open.length > 0 && without === 0,
      numbers: `${open.length} open; ${without} without`,
    },
    {
      what: 'a push forgets the connections that are gone',
      holds: dead === 0,
      numbers: `${uids.size} rows of uids; ${dead} of dead connections`,
    },
    {
      what: 'no row is older than its expiry, and each has one',
      holds: overdue === 0 && endless === 0,
      numbers: `${expiries.length} rows; ${overdue} overdue, ${endless} that expire too late`,
    },
  ];
}
