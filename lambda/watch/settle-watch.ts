import type { Watcher, WatchStanding, WatchTable } from './watch-table.ts';

/** Another round is made when somebody else wrote in between, so there are few. */
const maxRounds = 20;

/**
 * Makes the rows of a connection follow from its list, and from whether the connection is there. Everybody who has
 * changed one of the two calls this afterwards. The list is written first and says which rows are not as it has them,
 * so what a dead function did not do is done by the next one:
 *
 *     watch                              $disconnect              a crash after this line leaves
 *     ── put list: a, unsettled: a                                a page without an answer, which asks again
 *     ── read: c is there, list: a
 *     ── put row a → c                                            the same, and changes of a that come unasked
 *                                        ── delete uid#u → c
 *                                        ── read list: a          rows of a connection that is gone, until they expire
 *                                        ── delete row and list   or the next change of a finds them
 *     ── note as settled if list a ✗
 *     ── read: c is gone, delete row
 *
 * Of two frames that are handled at once, each reads again after its last write, and so does the one that writes last:
 *
 *     watch: a                           watch: b
 *     ── put list: a, unsettled: a
 *                                        ── put list: b, unsettled: a, b
 *                                        ── put row b, delete row a
 *                                        ── note as settled
 *     ── put row a → c
 *     ── note as settled if list a ✗
 *     ── read list: b, delete row a
 */
export async function settleWatch(
  watcher: Watcher,
  watches: Pick<WatchTable, 'standing' | 'writeRows' | 'noteSettled' | 'removeList'>,
): Promise<WatchStanding> {
  /** Rows that were written here: whether they were put. */
  const written = new Map<string, boolean>();
  for (let round = 0; round < maxRounds; round++) {
    const standing = await watches.standing(watcher);
    const { connection, list } = standing;
    const wanted = new Set(connection && list?.uids);
    const doubtful = new Set(doubtfulRows(standing));
    // What was written here may have been undone since: a row that is doubtful is written again.
    const isToWrite = (uid: string, isWanted: boolean) => doubtful.has(uid) || written.get(uid) !== isWanted;
    const uids = [...new Set([...written.keys(), ...doubtful])];
    const put = uids.filter((uid) => wanted.has(uid) && isToWrite(uid, true));
    const removed = uids.filter((uid) => !wanted.has(uid) && isToWrite(uid, false));
    const isSettled = list === undefined || (connection !== undefined && list.unsettled.length === 0);
    if (isSettled && put.length + removed.length === 0) return standing;
    await watches.writeRows(watcher, { put, removed }, list?.expiresAt ?? 0);
    for (const uid of put) written.set(uid, true);
    for (const uid of removed) written.set(uid, false);
    if (isSettled) continue;
    if (connection === undefined) {
      if (await watches.removeList(watcher, list.version)) return {};
    } else if (await watches.noteSettled(watcher, list.version)) return standing;
  }
  throw new Error('What a connection watches changes without end.');
}

/** The uids whose rows may not be as they are to be. */
function doubtfulRows({ connection, list }: WatchStanding): readonly string[] {
  if (list === undefined) return [];
  return connection ? list.unsettled : [...list.uids, ...list.unsettled];
}
