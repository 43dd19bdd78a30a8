import type { OnlineUidsOptions } from '../client/backend/options.ts';
import { MAX_UIDS_PER_PAGE } from '../protocol/limits.ts';
import { readerSignal } from '../terminal/output.ts';

/** Yields page after page, the first one at least, until there is no other or nobody reads the output any more. */
export async function* everyPage<Page extends { after?: string }>(
  ask: (page: OnlineUidsOptions) => Promise<Page>,
): AsyncGenerator<Page> {
  let after: string | undefined;
  do {
    const page = await ask({ limit: MAX_UIDS_PER_PAGE, ...(after !== undefined && { after }) });
    yield page;
    after = page.after;
  } while (after !== undefined && !readerSignal.aborted);
}
