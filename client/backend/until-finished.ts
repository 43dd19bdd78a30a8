import type { ClientOptions } from './client-options.ts';
import { PushError, PushErrorCode } from './push-error.ts';

/**
 * The pauses between two requests for the status: each is half as long again as the one before, so that the end is
 * noticed late by at most half the time that it took.
 */
const pausesMs = { first: 50, factor: 1.5, most: 1_000 };

export type WaitParts<Status> = { waitMs: number; onProgress?: (status: Status) => void };

/**
 * Asks for the status of what is done in the background until it is finished. `what`: its name and id.
 *
 * @throws {PushError} `timed-out`, when it is not after `waitMs`
 */
export async function untilFinished<Status extends { state: 'running' | 'finished' }>(
  what: string,
  look: () => Promise<Status>,
  { waitMs, onProgress }: WaitParts<Status>,
  { sleep, now }: Pick<ClientOptions, 'sleep' | 'now'>,
): Promise<Status> {
  const giveUpAt = now() + waitMs;
  let pauseMs = pausesMs.first;
  for (;;) {
    const status = await look();
    onProgress?.(status);
    if (status.state === 'finished') return status;
    if (now() >= giveUpAt) {
      throw new PushError(PushErrorCode.timedOut, `The ${what} is still running after ${waitMs} ms.`);
    }
    await sleep(pauseMs);
    pauseMs = Math.min(pausesMs.factor * pauseMs, pausesMs.most);
  }
}
