import { messageFrames } from '../../protocol/frames.ts';
import { replayedFrame } from '../../protocol/stored-frames.ts';
import { postInOrder } from '../connection/outgoing.ts';
import type { Receivable, StoredMessage } from './message-log.ts';
import type { ReplayPage } from './replay.ts';

/** What sending to one connection needs of the world. */
export type SendPorts = {
  /** Posts to the connection, with whatever retries there are. */
  post(frame: string): Promise<'delivered' | 'gone' | 'failed'>;
  /** Does not throw. */
  noteDelivered(message: Receivable): Promise<void>;
};

/**
 * Posts a page, message by message, and `replayed` after it. When a post fails the rest is not sent, and there is no `replayed`: it
 * would say that the client has everything. The client asks again.
 */
export async function sendPage({ messages, replayed }: ReplayPage, ports: SendPorts): Promise<void> {
  const sent: StoredMessage[] = [];
  for (const message of messages) {
    const { id, text, seq } = message;
    if ((await postInOrder(messageFrames(id, text, true, seq), ports.post)) !== 'delivered') break;
    sent.push(message);
  }
  if (sent.length === messages.length) await ports.post(replayedFrame(replayed));
  await Promise.all(sent.map(ports.noteDelivered));
}
