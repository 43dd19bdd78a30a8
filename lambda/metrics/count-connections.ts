import { type ReadSegment, sample } from '../table/sample.ts';

/** Counts connections in a page of one of `segments` equal parts of the table, from `cursor` on. */
export type CountPage<Cursor> = ReadSegment<{ count: number }, Cursor>;

/**
 * How many connections are open: counted, or estimated from a sample. Of n counted connections the error is about
 * 1 / √n of the whole, 2 % of 3,000, unless a few uids have most of the connections.
 */
export async function countConnections<Cursor>(countPage: CountPage<Cursor>): Promise<number> {
  const { pages, segments } = await sample(countPage);
  return segments * pages.reduce((total, { count }) => total + count, 0);
}
