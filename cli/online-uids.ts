import type { PushClient } from '../client/backend/push-client.ts';
import type { OnlinePage } from '../protocol/answers/presence.ts';
import { everyPage } from './every-page.ts';

/** Yields all uids that are online. */
export async function* onlineUids(client: PushClient): AsyncGenerator<OnlinePage['uids'][number]> {
  for await (const { uids } of everyPage((page) => client.onlineUids(page))) yield* uids;
}
