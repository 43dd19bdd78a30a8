import type { GroupPushAccepted, GroupPushResult, MulticastResult } from '../../protocol/push-api.ts';
import type { LineResult } from '../../protocol/push-result.ts';
import { pushManyParts } from './call-options.ts';
import { clientOptionsOf } from './client-options.ts';
import { pushToGroup } from './group-push.ts';
import { multicastLinesBy } from './multicast-request.ts';
import type { PushClientOptions, PushManyOptions } from './options.ts';
import { pushManyBy } from './push-many.ts';
import { createSendRequest } from './send-request.ts';

/** A client with all that the text service needs, whose program must be short. */
export type LineClient = {
  pushMany(messages: readonly Uint8Array[], options?: PushManyOptions): Promise<LineResult[]>;
  /** Sends the two lines of a multicast as they are. */
  multicastLines(lines: Uint8Array<ArrayBuffer>, options: PushManyOptions): Promise<MulticastResult>;
  /** Sends a message to a group as it is. */
  pushToGroup(
    group: string,
    message: Uint8Array<ArrayBuffer>,
    options: Omit<PushManyOptions, 'ttlSeconds'>,
  ): Promise<GroupPushResult | GroupPushAccepted>;
};

export function createLineClient(options: PushClientOptions): LineClient {
  const sendRequest = createSendRequest(clientOptionsOf(options));
  return {
    pushMany: pushManyBy(sendRequest),
    multicastLines: multicastLinesBy(sendRequest),
    pushToGroup: async (group, message, pushOptions) =>
      pushToGroup(sendRequest, group, message, pushManyParts(pushOptions)),
  };
}
