import { type FrameError, FrameErrorCode } from '../../protocol/frame-error.ts';
import { errorFrame, parseRegisterFrame, registeredFrame } from '../../protocol/frames.ts';
import { type Identify, isProven, type Proven } from '../identity/identity.ts';
import { errorName, logError } from '../log.ts';
import { CONNECTION_LIFE_MS } from './connection-life.ts';
import type { NewConnection, RegisterOutcome } from './register-connection.ts';

/** What answering a framed socket needs of the world. */
export type FramedPorts = {
  /** The member of the frame that is the credential. */
  credentialName: 'token' | 'uid';
  identify: Identify;
  register(proven: Proven): Promise<RegisterOutcome>;
  now(): number;
  post(frame: string): Promise<unknown>;
  close(): Promise<unknown>;
};

/**
 * `{"action":"register",…}`: answers `registered`, or an error and closes the socket. The answer comes after the rows are written, so
 * whoever is told that it is registered is reached by every push from then on. Gives the uid if it was newly registered.
 */
export async function answerRegister(
  text: string,
  { connectionId, connectedAt }: NewConnection,
  ports: FramedPorts,
): Promise<string | undefined> {
  const answer = await register(text, ports);
  if ('code' in answer) {
    logRefusal(connectionId, answer);
    await ports.post(errorFrame(answer));
    await ports.close();
    return undefined;
  }
  const { proven, isNew } = answer;
  await ports.post(
    registeredFrame({
      uid: proven.uid,
      connectionId,
      now: ports.now(),
      connectionExpiresAt: connectedAt + CONNECTION_LIFE_MS,
      ...(proven.expiresAt === undefined ? {} : { credentialExpiresAt: proven.expiresAt }),
    }),
  );
  return isNew ? proven.uid : undefined;
}

async function register(
  text: string,
  ports: FramedPorts,
): Promise<{ proven: Proven; isNew: boolean } | FrameError> {
  const frame = parseRegisterFrame(text, ports.credentialName);
  if (frame === undefined) {
    return {
      code: FrameErrorCode.badFrame,
      message: `a register frame has a text "${ports.credentialName}"`,
    };
  }
  try {
    const proven = await ports.identify(frame.credential);
    if (!isProven(proven)) return proven;
    const outcome = await ports.register(proven);
    if (outcome !== 'other-uid') return { proven, isNew: outcome === 'registered' };
    return { code: FrameErrorCode.otherUid, message: 'this connection is registered as another uid' };
  } catch (error) {
    logError('register-failed', { error: errorName(error) });
    return { code: FrameErrorCode.unavailable, message: 'the registration could not be made; try again' };
  }
}

export function logRefusal(connectionId: string, { code }: FrameError): void {
  logError('register-refused', { connectionId, code });
}
