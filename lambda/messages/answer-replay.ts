import { type FrameError, FrameErrorCode } from '../../protocol/frame-error.ts';
import { errorFrame } from '../../protocol/frames.ts';
import { parseReplayFrame } from '../../protocol/stored-frames.ts';
import { type LookUpPorts, registeredConnection } from './registered-connection.ts';
import type { ReplayPage } from './replay.ts';

/** What answering a replay needs of the world. */
export type ReplayPorts = LookUpPorts & {
  readPage(uid: string, since: number, latest: number): Promise<ReplayPage>;
  sendPage(uid: string, page: ReplayPage): Promise<void>;
  post(frame: string): Promise<unknown>;
  close(): Promise<unknown>;
};

/**
 * `{"action":"replay","since":n}`: sends what the connection's uid has stored after n. It takes the connection's row, not the
 * registration alone: the row says whether the socket is framed. Throws when a table can't be read; API
 * Gateway then answers itself, and the socket stays open.
 */
export async function answerReplay(text: string, connectionId: string, ports: ReplayPorts): Promise<void> {
  const frame = parseReplayFrame(text);
  if (frame === undefined) {
    await ports.post(errorFrame(badFrame));
    await ports.close();
    return;
  }
  const found = await registeredConnection(connectionId, ports);
  if (!found?.connection.isFramed) {
    await ports.post(errorFrame(notRegistered));
    return;
  }
  // As everywhere: the row is there before the counter and the log are read.
  await ports.sendPage(found.uid, await ports.readPage(found.uid, frame.since, found.latest));
}

const badFrame: FrameError = {
  code: FrameErrorCode.badFrame,
  message: 'a replay frame has a whole number "since"',
};
const notRegistered: FrameError = {
  code: FrameErrorCode.notRegistered,
  message: 'this connection is not registered; register it first',
};
