/** One page of a count. */
type CountedPage<Cursor> = { count: number; next?: Cursor };

/** Counts connections in a page of one of `segments` equal parts of the table, from `cursor` on. */
export type CountPage<Cursor> = (
  segments: number,
  cursor: Cursor | undefined,
) => Promise<CountedPage<Cursor>>;

/**
 * Pages that one try may read: 10 MB, about 60,000 items. So a count costs at most 45 pages of 1 MB, and no more when
 * there are ten million connections.
 */
const maxPages = 10;

/** In how many equal parts the table is divided, when one is to be counted for all. */
const divisions = [1, 16, 256, 4_096, 65_536];

/**
 * How many connections are open: counted while they fit into `maxPages`, then estimated from one part of many. DynamoDB
 * spreads items over the parts by a hash of the partition key, so a part is a fair sample: of n counted connections the
 * error is about 1 / √n of the whole, 2 % of 3,000, unless a few uids have most of the connections.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html#Scan.ParallelScan
 */
export async function countConnections<Cursor>(countPage: CountPage<Cursor>): Promise<number> {
  for (const segments of divisions) {
    const counted = await countSegment(segments, countPage);
    if (counted !== undefined) return counted * segments;
  }
  throw new Error('There are more connections than can be counted.');
}

/** `undefined`: the part has more pages than may be read. */
async function countSegment<Cursor>(
  segments: number,
  countPage: CountPage<Cursor>,
): Promise<number | undefined> {
  let total = 0;
  let cursor: Cursor | undefined;
  for (let pages = 0; pages < maxPages; pages++) {
    const { count, next } = await countPage(segments, cursor);
    total += count;
    if (next === undefined) return total;
    cursor = next;
  }
  return undefined;
}
