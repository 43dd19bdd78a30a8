import { marshall } from '@aws-sdk/util-dynamodb';
import { chunkItem, messageItem } from '../../lambda/aws/multicast-items.ts';
import { crowdUid } from './crowd.ts';
import type { Item } from './query-answer.ts';

/** Uids of a chunk, as `startMulticast` makes them. */
export const uidsOfChunk = 500;

const message = {
  text: JSON.stringify({ text: 'x'.repeat(200) }),
  options: { ttlSeconds: 0, selection: undefined },
};
const now = 1_767_268_800_000;

/** Returns the item of a multicast to the crowd that has the key; `undefined` for a part, which nobody has done. */
export function multicastItem({ pk, sk }: Item): Item | undefined {
  const [, id = '', index = ''] = pk?.S?.split('#') ?? [];
  if (sk?.S === 'message') return marshall(messageItem(id, message, now));
  if (sk?.S !== 'chunk') return undefined;
  const first = Number(index) * uidsOfChunk;
  const uids = Array.from({ length: uidsOfChunk }, (_, place) => crowdUid(first + place));
  return marshall(chunkItem(id, Number(index), { first, uids }, now));
}
