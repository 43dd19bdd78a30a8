import { FrameErrorCode } from '../../protocol/frame-error.ts';
import { uidProblem } from '../../protocol/uid.ts';
import type { Identify } from './identity.ts';

/** The credential is the uid: anyone can be anyone. */
export const identifyByClaim: Identify = async (credential) => {
  const problem = uidProblem(credential);
  return problem ? { code: FrameErrorCode.unusableUid, message: `found ${problem}` } : { uid: credential };
};
