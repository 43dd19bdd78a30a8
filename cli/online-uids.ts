import type { PushClient } from '../client/backend/push-client.ts';
import { MAX_UIDS_PER_PAGE } from '../protocol/limits.ts';
import type { OnlinePage } from '../protocol/push-api.ts';

/** Yields all uids that are online, page by page. */
export async function* onlineUids(client: PushClient): AsyncGenerator<OnlinePage['uids'][number]> {
  let after: string | undefined;
  do {
    const page = await client.onlineUids({ limit: MAX_UIDS_PER_PAGE, ...(after !== undefined && { after }) });
    yield* page.uids;
    after = page.after;
  } while (after !== undefined);
}
