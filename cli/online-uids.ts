import type { PushClient } from '../client/backend/push-client.ts';
import type { OnlinePage } from '../protocol/push-api.ts';

/** Everybody who is online, page by page. */
export async function* onlineUids(client: PushClient): AsyncGenerator<OnlinePage['uids'][number]> {
  let after: string | undefined;
  do {
    const page = await client.onlineUids({ limit: 1_000, ...(after !== undefined && { after }) });
    yield* page.uids;
    after = page.after;
  } while (after !== undefined);
}
