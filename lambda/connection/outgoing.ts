import { messageFrames } from '../../protocol/frames.ts';
import type { RetryingConnections } from './retrying-connections.ts';

/** Returns what is posted to a connection for one message: one text after the other. */
export type Outgoing = (isFramed: boolean) => readonly string[];

/**
 * A message for any number of connections. `id` is the push's, the same on every connection; `seq` the number of a
 * stored message; `traceparent` that of the push. A plain socket gets the text itself; the frames are made for the
 * first framed one.
 */
export function outgoing(
  id: string,
  text: string,
  isJson: boolean,
  { seq, traceparent }: { seq?: number; traceparent?: string | undefined } = {},
): Outgoing {
  const plain = [text];
  let frames: readonly string[] | undefined;
  return (isFramed) => {
    if (!isFramed) return plain;
    frames ??= messageFrames(id, text, isJson, seq, traceparent);
    return frames;
  };
}

/**
 * Posts texts to a connection, one after the other. Returns `delivered` if all were, else the outcome of the first that
 * was not.
 */
export async function postInOrder(
  texts: readonly string[],
  connectionId: string,
  connections: Pick<RetryingConnections, 'post'>,
): Promise<'delivered' | 'gone' | 'failed'> {
  for (const text of texts) {
    const outcome = await connections.post(connectionId, text);
    if (outcome !== 'delivered') return outcome;
  }
  return 'delivered';
}
