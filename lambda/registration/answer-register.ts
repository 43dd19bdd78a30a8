import { type FrameError, FrameErrorCode } from '../../protocol/frame-error.ts';
import { errorFrame, parseRegisterFrame, registeredFrame } from '../../protocol/frames.ts';
import { type Identify, isProven, type Proven } from '../identity/identity.ts';
import { errorName, logError } from '../log.ts';
import type { ReplayPage } from '../messages/replay.ts';
import { CONNECTION_LIFE_MS } from './connection-life.ts';
import type { NewConnection, RegisterOutcome } from './register-connection.ts';

/** What answering a framed socket needs of the world. */
export type FramedPorts = {
  /** The member of the frame that is the credential. */
  credentialName: 'token' | 'uid';
  identify: Identify;
  register(proven: Proven): Promise<{ outcome: RegisterOutcome; latest: number }>;
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
 * whoever is told that it is registered is reached by every push from then on. After it comes what the client lacks of the stored
 * messages, if it says `since`. Gives the uid if it was newly registered.
 */
export async function answerRegister(
  text: string,
  { connectionId, connectedAt }: NewConnection,
  ports: FramedPorts,
): Promise<string | undefined> {
  const answer = await register(text, ports);
  if ('code' in answer) {
    ports.onRefused(answer);
    await ports.post(errorFrame(answer));
    await ports.close();
    return undefined;
  }
  const { proven, isNew, latest, page } = answer;
  await ports.post(
    registeredFrame({
      uid: proven.uid,
      connectionId,
      now: ports.now(),
      connectionExpiresAt: connectedAt + CONNECTION_LIFE_MS,
      ...(proven.expiresAt === undefined ? {} : { credentialExpiresAt: proven.expiresAt }),
      latest,
    }),
  );
  if (page) await ports.sendPage(proven.uid, page);
  return isNew ? proven.uid : undefined;
}

type Registered = { proven: Proven; isNew: boolean; latest: number; page?: ReplayPage };

async function register(text: string, ports: FramedPorts): Promise<Registered | FrameError> {
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
    const { outcome, latest } = await ports.register(proven);
    if (outcome !== 'other-uid') {
      const registered = { proven, isNew: outcome === 'registered', latest };
      const { since = latest } = frame;
      if (since === latest) return registered;
      // Before the answer: a client is not told that it is registered and then nothing.
      const page = await ports.readPage(proven.uid, since, latest);
      return { ...registered, latest: page.replayed.latest, page };
    }
    return { code: FrameErrorCode.otherUid, message: 'this connection is registered as another uid' };
  } catch (error) {
    logError('register-failed', { error: errorName(error) });
    return {
      code: FrameErrorCode.unavailable,
      message: 'the registration could not be completed; try again',
    };
  }
}
