import type { LineResult } from '../../protocol/push-result.ts';
import { pushManyParts } from './call-options.ts';
import { maxResultsBytes, parseLineResults } from './line-results.ts';
import { messageLines, type PushMessage } from './message-bytes.ts';
import type { PushManyOptions } from './options.ts';
import type { SendRequest } from './send-request.ts';

export type PushMany = (messages: readonly PushMessage[], options?: PushManyOptions) => Promise<LineResult[]>;

export function pushManyBy(sendRequest: SendRequest): PushMany {
  return async (messages, options = {}) => {
    const { query, ...parts } = pushManyParts(options);
    if (!Array.isArray(messages)) throw new TypeError('pushMany: the messages are not an array.');
    if (messages.length === 0) return [];
    const answer = await sendRequest({
      method: 'POST',
      path: `push${query}`,
      body: { contentType: 'application/x-ndjson', bytes: messageLines(messages) },
      ...parts,
      maxAnswerBytes: maxResultsBytes(messages.length),
    });
    return parseLineResults(answer, messages.length);
  };
}
