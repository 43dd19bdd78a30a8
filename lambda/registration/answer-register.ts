import { type FrameError, FrameErrorCode } from '../../protocol/frame-error.ts';
import { errorFrame, parseRegisterFrame, registeredFrame } from '../../protocol/frames.ts';
import { type Identify, isProven, type Proven } from '../identity/identity.ts';
import { errorName, logError } from '../log.ts';
import type { ReplayPage } from '../messages/replay.ts';
import { CONNECTION_LIFE_MS } from './connection-life.ts';
import type { NewConnection } from './register-connection.ts';
import type { FramedRegisterOutcome } from './register-framed-connection.ts';

/** What answering a framed socket needs of the world. */
export type FramedPorts = {
  /** The member of the frame that is the credential. */
  credentialName: 'token' | 'uid';
  identify: Identify;
  register(proven: Proven, isAgain: boolean): Promise<FramedRegisterOutcome>;
  /** The stored messages after `since`. */
  readPage(uid: string, since: number, latest: number): Promise<ReplayPage>;
  sendPage(uid: string, page: ReplayPage): Promise<void>;
  now(): number;
  post(frame: string): Promise<unknown>;
  close(): Promise<unknown>;
  /** Told why nobody was registered. */
  onRefused(error: FrameError): void;
};

/**
 * `{"action":"register",…}`: answers `registered`, or an error and closes the socket. The answer comes after the rows are written, so
 * a client that has it is reached by every push from then on. After it comes what the client lacks of the stored messages, if it says
 * `since`. A connection whose first message was a plain one stays plain: it gets an error, and stays open. One that was closed meanwhile
 * gets nothing. Returns the uid if it was newly registered.
 */
export async function answerRegister(
  text: string,
  { connectionId, connectedAt }: NewConnection,
  ports: FramedPorts,
): Promise<string | undefined> {
  const answer = await register(text, ports);
  if (answer === 'closed') return undefined;
  if ('code' in answer) {
    ports.onRefused(answer);
    await ports.post(errorFrame(answer));
    await ports.close();
    return undefined;
  }
  const { proven, isNew, isFramed, latest, page, expiresAt } = answer;
  const frame = isFramed
    ? registeredFrame({
        uid: proven.uid,
        connectionId,
        now: ports.now(),
        connectionExpiresAt: connectedAt + CONNECTION_LIFE_MS,
        // A token that was sent before may last longer than this one.
        ...(proven.expiresAt && { credentialExpiresAt: Math.max(proven.expiresAt, expiresAt) }),
        latest,
      })
    : errorFrame(plainConnection);
  await ports.post(frame);
  if (page) await ports.sendPage(proven.uid, page);
  return isNew ? proven.uid : undefined;
}

const plainConnection: FrameError = {
  code: FrameErrorCode.plainConnection,
  message: 'the first message of this connection was a plain one; register in frames on another',
};

type Registered = {
  proven: Proven;
  isNew: boolean;
  isFramed: boolean;
  latest: number;
  expiresAt: number;
  page?: ReplayPage;
};

async function register(text: string, ports: FramedPorts): Promise<Registered | FrameError | 'closed'> {
  const frame = parseRegisterFrame(text, ports.credentialName);
  if (frame === undefined) {
    return {
      code: FrameErrorCode.badFrame,
      message: `a register frame has a text "${ports.credentialName}", and "since" is a whole number`,
    };
  }
  try {
    const proven = await ports.identify(frame.credential);
    if (!isProven(proven)) return proven;
    const settled = await ports.register(proven, frame.again === true);
    if (settled.outcome === 'closed') return settled.outcome;
    if (settled.outcome === 'other-uid') return otherUid;
    const { outcome, isFramed, latest, expiresAt } = settled;
    const registered = { proven, isNew: outcome === 'registered', isFramed, latest, expiresAt };
    const { since = latest } = frame;
    if (since === latest || !isFramed) return registered;
    // Before the answer: a client is not told that it is registered and then nothing.
    const page = await ports.readPage(proven.uid, since, latest);
    return { ...registered, latest: page.replayed.latest, page };
  } catch (error) {
    logError('register-failed', { error: errorName(error) });
    return {
      code: FrameErrorCode.unavailable,
      message: 'the registration could not be completed; try again',
    };
  }
}

const otherUid: FrameError = {
  code: FrameErrorCode.otherUid,
  message: 'this connection is registered as another uid',
};
