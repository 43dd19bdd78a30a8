import { setTimeout as sleep } from 'node:timers/promises';
import type { PushClient } from '../../client/backend/push-client.ts';
import type { BroadcastStatus } from '../../protocol/push-api.ts';
import { type BroadcastProgress, noProgress, progressBar } from '../broadcast-progress.ts';
import { CliError } from '../cli-error.ts';
import { ExitCode } from '../exit-code.ts';
import { onlineUids } from '../online-uids.ts';
import { printJson } from '../output.ts';

/** How often the status is asked for. The first times sooner: a small broadcast is done at once. */
const pollsMs = { first: 100, most: 1_000 };

/** Sends `text` to everybody and waits for its end, `waitMs` at most; 0: for nothing. */
export async function broadcast(client: PushClient, text: string, waitMs: number): Promise<ExitCode> {
  if (waitMs === 0) {
    printJson(await client.broadcast(text));
    return ExitCode.done;
  }
  // A broadcast doesn't know how many it is for before it has found them all, so a person who watches has them counted first.
  const progress = process.stderr.isTTY ? progressBar(await countConnections(client)) : noProgress;
  const { broadcast: id } = await client.broadcast(text);
  const status = await finishedStatus(client, id, { waitMs, progress });
  printJson(status);
  return status.delivered > 0 ? ExitCode.done : ExitCode.nobody;
}

async function countConnections(client: PushClient): Promise<number> {
  let count = 0;
  for await (const { connections } of onlineUids(client)) count += connections;
  return count;
}

async function finishedStatus(
  client: PushClient,
  id: string,
  { waitMs, progress }: { waitMs: number; progress: BroadcastProgress },
): Promise<BroadcastStatus> {
  const giveUpAt = Date.now() + waitMs;
  progress.start(id);
  try {
    for (let pauseMs = pollsMs.first; ; pauseMs = Math.min(2 * pauseMs, pollsMs.most)) {
      const status = await client.broadcastStatus(id);
      progress.show(status);
      if (status.state === 'finished') return status;
      if (Date.now() >= giveUpAt) {
        throw new CliError(ExitCode.trouble, `Broadcast ${id} is still running after ${waitMs / 1_000} s.`);
      }
      await sleep(pauseMs);
    }
  } finally {
    progress.stop();
  }
}
