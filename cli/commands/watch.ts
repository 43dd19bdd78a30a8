import { setTimeout } from 'node:timers/promises';
import type { PushClient } from '../../client/backend/push-client.ts';
import { PushError } from '../../client/backend/push-error.ts';
import type { OnlineOfUids } from '../../protocol/answers/presence.ts';
import { ExitCode } from '../../terminal/exit-code.ts';
import { printJson, printNote, readerSignal } from '../../terminal/output.ts';

export type WatchOptions = {
  intervalMs: number;
  /** Ends the command. */
  signal: AbortSignal;
};

type Online = OnlineOfUids['online'][number];

/**
 * Asks again and again who of the uids is online, and prints a line for each that is, has come or has left, until
 * `signal`, or until its output is no longer read. It asks, and takes no event from a queue: whose consumer would miss
 * it. An answer that fails to come is asked for again, unless it is the first.
 */
export async function watch(
  client: PushClient,
  uids: readonly string[],
  { intervalMs, signal }: WatchOptions,
): Promise<ExitCode> {
  const stopped = AbortSignal.any([signal, readerSignal]);
  let before = await onlineOf(client, uids);
  for (const user of before.values()) printJson({ type: 'user.online', ...user });
  printNote(`Watching ${uids.length === 1 ? 'one uid' : `${uids.length} uids`}. Ctrl-C ends it.`);
  while (await passed(intervalMs, stopped)) {
    try {
      const now = await onlineOf(client, uids);
      for (const change of changesOf(before, now)) printJson(change);
      before = now;
    } catch (error) {
      if (!(error instanceof PushError)) throw error;
      printNote(`No answer (${error.code}); asking again …`);
    }
  }
  return ExitCode.done;
}

async function onlineOf(client: PushClient, uids: readonly string[]): Promise<ReadonlyMap<string, Online>> {
  const { online } = await client.presence.of(uids);
  return new Map(online.map((user) => [user.uid, user]));
}

/** Without presence, `since` moves with each connection that is replaced. With it, a user who has another one left. */
function* changesOf(
  before: ReadonlyMap<string, Online>,
  now: ReadonlyMap<string, Online>,
): Generator<object> {
  for (const { uid, since, epoch } of before.values()) {
    const user = now.get(uid);
    const isBack = epoch !== undefined && user !== undefined && user.since !== since;
    if (user === undefined || isBack) yield { type: 'user.offline', uid };
    if (isBack) yield { type: 'user.online', ...user };
  }
  for (const user of now.values()) if (!before.has(user.uid)) yield { type: 'user.online', ...user };
}

/** Returns whether the time has passed; `false`: it was stopped. */
async function passed(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await setTimeout(milliseconds, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
