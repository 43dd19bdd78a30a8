import { setTimeout as sleepFor } from 'node:timers/promises';
import type { BroadcastOptions } from '../../client/backend/options.ts';
import type { PushClient } from '../../client/backend/push-client.ts';
import type { BroadcastStatus } from '../../protocol/answers/broadcasts.ts';
import { ExitCode } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/output.ts';
import { CliError } from '../cli-error.ts';
import { onlineUids } from '../online-uids.ts';
import { type BroadcastProgress, broadcastBar, noProgress } from '../progress-bar.ts';

/**
 * The pauses between two requests for the status. A small broadcast is done at once, so the first are short. Each is
 * half as long again as the one before: the end is noticed late by at most half the time that the broadcast took. A
 * long one is asked about once a second.
 */
const pausesMs = { first: 50, factor: 1.5, most: 1_000 };

type BroadcastSettings = {
  /** The longest wait for the end; 0: none. */
  waitMs: number;
  options?: BroadcastOptions;
  /** @default a timer */
  sleep?(milliseconds: number): Promise<unknown>;
};

/** Sends `text` to every connection and waits for its end. */
export async function broadcast(
  client: PushClient,
  text: string,
  { waitMs, options = {}, sleep = sleepFor }: BroadcastSettings,
): Promise<ExitCode> {
  if (waitMs === 0) {
    printJson(await client.broadcast(text, options));
    return ExitCode.done;
  }
  // A broadcast doesn't know how many it is for before it has found them all, so a person who watches has them counted
  // first.
  const progress = process.stderr.isTTY ? broadcastBar(await countConnections(client)) : noProgress;
  const { broadcast: id } = await client.broadcast(text, options);
  const status = await finishedStatus(client, id, { waitMs, progress, sleep });
  printJson(status);
  if (status.state === 'stopped') return ExitCode.failed;
  return status.delivered > 0 ? ExitCode.done : ExitCode.negative;
}

/** Stops a broadcast that is under way. */
export async function stopBroadcast(client: PushClient, id: string): Promise<ExitCode> {
  const status = await client.stopBroadcast(id);
  printJson(status);
  return status.state === 'stopped' ? ExitCode.done : ExitCode.negative;
}

async function countConnections(client: PushClient): Promise<number> {
  let count = 0;
  for await (const { connections } of onlineUids(client)) count += connections;
  return count;
}

type WaitOptions = {
  waitMs: number;
  progress: BroadcastProgress;
  sleep(milliseconds: number): Promise<unknown>;
};

async function finishedStatus(
  client: PushClient,
  id: string,
  { waitMs, progress, sleep }: WaitOptions,
): Promise<BroadcastStatus> {
  const giveUpAt = Date.now() + waitMs;
  progress.start(id);
  try {
    let pauseMs = pausesMs.first;
    for (;;) {
      const status = await client.broadcastStatus(id);
      progress.show(status);
      if (status.state !== 'running') return status;
      if (Date.now() >= giveUpAt) {
        throw new CliError(ExitCode.failed, `Broadcast ${id} is still running after ${waitMs / 1_000} s.`);
      }
      await sleep(pauseMs);
      pauseMs = Math.min(pausesMs.factor * pauseMs, pausesMs.most);
    }
  } finally {
    progress.stop();
  }
}
