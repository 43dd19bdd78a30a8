/** A page of one of `segments` equal parts of a table, from `cursor` on. `next`: where the part goes on. */
export type ReadSegment<Page, Cursor> = (
  segments: number,
  cursor: Cursor | undefined,
) => Promise<Page & { next?: Cursor }>;

/** A table, or one of `segments` equal parts of it. */
export type Sample<Page> = { pages: Page[]; segments: number };

/**
 * Pages that one try may read: 10 MB, about 60,000 items. So a sample costs at most 45 pages of 1 MB, and no more when
 * there are ten million connections.
 */
const maxPages = 10;

/** In how many equal parts the table is divided, when one is to stand for all. */
const divisions = [1, 16, 256, 4_096, 65_536];

/**
 * Reads the table while it fits into `maxPages`, else one part of many. DynamoDB spreads items over the parts by a hash
 * of the partition key, so a part is a fair sample of the uids, each with all of its connections.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html#Scan.ParallelScan
 */
export async function sample<Page, Cursor>(readPage: ReadSegment<Page, Cursor>): Promise<Sample<Page>> {
  for (const segments of divisions) {
    const pages = await pagesOf(segments, readPage);
    if (pages !== undefined) return { pages, segments };
  }
  throw new Error('There are more connections than can be counted.');
}

/** `undefined`: the part has more pages than may be read. */
async function pagesOf<Page, Cursor>(
  segments: number,
  readPage: ReadSegment<Page, Cursor>,
): Promise<Page[] | undefined> {
  const pages: Page[] = [];
  let cursor: Cursor | undefined;
  while (pages.length < maxPages) {
    const { next, ...page } = await readPage(segments, cursor);
    pages.push(page as Page);
    if (next === undefined) return pages;
    cursor = next;
  }
  return undefined;
}
