import * as v from 'valibot';
import type { OnlineCount, OnlineOfUids } from '../../protocol/answers/presence.ts';
import { type Answer, count, parseAnswer, time } from './answers.ts';
import type { HttpClient } from './http-client.ts';
import { uidsBytes } from './message-bytes.ts';
import { repeatable } from './retry.ts';

/** Who is online. */
export type PresenceQueries = {
  /**
   * Resolves to those of up to 1,000 uids that are online, in their order, and since when. With `presence=true` it is
   * what events say, with their `epoch`; otherwise, whether there is a connection.
   *
   * @example
   * ```ts
   * const { online } = await client.presence.of(['u1', 'nobody']);
   * console.log(online.map(({ uid }) => uid)); // [ 'u1' ]
   * ```
   */
  of(uids: readonly (string | number)[]): Promise<OnlineOfUids>;
  /**
   * Resolves to how many uids and connections are online. Of many it is an estimate, with its `margin`: for a figure on
   * a page, not for each request.
   *
   * @example
   * ```ts
   * const { uids, connections, margin } = await client.presence.count();
   * console.log(uids > 0, connections > 0, margin); // true true undefined
   * ```
   */
  count(): Promise<OnlineCount>;
};

export function presenceBy(http: HttpClient): PresenceQueries {
  return {
    of: async (uids) => {
      const answer = await http.request({
        method: 'POST',
        path: 'presence',
        body: { contentType: 'application/json', bytes: uidsBytes(uids) },
        // It changes nothing.
        retry: repeatable,
      });
      return parseAnswer(onlineOfUids, answer);
    },
    count: async () => parseAnswer(onlineCount, await http.request({ method: 'GET', path: 'presence' })),
  };
}

const onlineOfUids: Answer<OnlineOfUids> = v.object({
  online: v.array(v.object({ uid: v.string(), since: time, epoch: v.exactOptional(count) })),
});

const onlineCount: Answer<OnlineCount> = v.object({
  uids: count,
  connections: count,
  margin: v.exactOptional(v.object({ uids: count, connections: count })),
});
