import type { PushResult } from '../../../protocol/answers/push.ts';

/** The result of a push that so many connections got, and no other was tried. */
export function deliveredTo(uid: string, connections: number): PushResult {
  return { uid, delivered: connections, gone: 0, failed: 0 };
}
