import { type FrameError, FrameErrorCode } from '../../protocol/frame-error.ts';
import { errorFrame } from '../../protocol/frames.ts';
import { parseReplayFrame } from '../../protocol/stored-frames.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import type { BothTables } from './both-tables.ts';
import type { ReplayPage } from './replay.ts';

/** What answering a replay needs of the world. */
export type ReplayPorts = {
  registrationOf: ConnectionTable['registrationOf'];
  connectionAndLatest: BothTables['connectionAndLatest'];
  readPage(uid: string, since: number, latest: number): Promise<ReplayPage>;
  sendPage(uid: string, page: ReplayPage): Promise<void>;
  now(): number;
  post(frame: string): Promise<unknown>;
  close(): Promise<unknown>;
};

/**
 * `{"action":"replay","since":n}`: sends what the connection's uid has stored after n. It takes the connection's row, not the
 * registration alone: the row ends with the credential, and says whether the socket is framed. Throws when a table can't be read; API
 * Gateway then answers itself, and the socket stays open.
 */
export async function answerReplay(text: string, connectionId: string, ports: ReplayPorts): Promise<void> {
  const frame = parseReplayFrame(text);
  if (frame === undefined) {
    await ports.post(errorFrame(badFrame));
    await ports.close();
    return;
  }
  const registration = await ports.registrationOf(connectionId);
  const uid = registration && 'uid' in registration ? registration.uid : undefined;
  const found =
    uid === undefined ? undefined : await ports.connectionAndLatest(uid, connectionId, ports.now());
  if (uid === undefined || !found?.connection?.isFramed) {
    await ports.post(errorFrame(notRegistered));
    return;
  }
  // As everywhere: the row is there before the counter and the log are read.
  await ports.sendPage(uid, await ports.readPage(uid, frame.since, found.latest));
}

const badFrame: FrameError = {
  code: FrameErrorCode.badFrame,
  message: 'a replay frame has a whole number "since"',
};
const notRegistered: FrameError = {
  code: FrameErrorCode.notRegistered,
  message: 'this connection is not registered; register it first',
};
