import type { MulticastResult } from '../../protocol/push-api.ts';
import type { LineResult } from '../../protocol/push-result.ts';
import { clientOptionsOf } from './client-options.ts';
import { multicastLinesBy } from './multicast-request.ts';
import type { PushClientOptions, PushManyOptions } from './options.ts';
import { pushManyBy } from './push-many.ts';
import { createSendRequest } from './send-request.ts';

/** A client with all that the text service needs, whose program must be short. */
export type LineClient = {
  pushMany(messages: readonly Uint8Array[], options?: PushManyOptions): Promise<LineResult[]>;
  /** Sends the two lines of a multicast as they are. */
  multicastLines(lines: Uint8Array<ArrayBuffer>, options: PushManyOptions): Promise<MulticastResult>;
};

export function createLineClient(options: PushClientOptions): LineClient {
  const sendRequest = createSendRequest(clientOptionsOf(options));
  return { pushMany: pushManyBy(sendRequest), multicastLines: multicastLinesBy(sendRequest) };
}
