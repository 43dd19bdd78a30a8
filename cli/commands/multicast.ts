import { readFile } from 'node:fs/promises';
import type { MulticastOptions, PushOptions } from '../../client/backend/options.ts';
import type { PushClient } from '../../client/backend/push-client.ts';
import type { MulticastResult } from '../../protocol/answers/multicast.ts';
import { MAX_REQUEST_BYTES } from '../../protocol/limits.ts';
import { decodeUtf8 } from '../../protocol/utf8.ts';
import { ExitCode } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/output.ts';
import { CliError } from '../cli-error.ts';
import { multicastBar } from '../progress-bar.ts';
import { readInput } from '../standard-input.ts';

/**
 * Sends `json` to the uids that a file has, or standard input where it is `-`: one per line.
 *
 * @param waitMs The longest wait for the end of one that is done in the background; 0: none.
 */
export async function multicast(
  client: PushClient,
  file: string,
  json: string,
  waitMs: number,
  options: PushOptions,
): Promise<ExitCode> {
  const uids = await readUids(file);
  if (waitMs === 0) {
    printJson(await client.startMulticast(uids, json, options));
    return ExitCode.done;
  }
  const result = await showingProgress((progress) =>
    client.multicast(uids, json, { ...options, ...progress, waitMs }),
  );
  printJson(result);
  if (result.unavailable.length > 0) return ExitCode.failed;
  return result.delivered > 0 || (result.stored ?? 0) > 0 ? ExitCode.done : ExitCode.negative;
}

/** One that is answered at once has no progress. */
async function showingProgress(
  send: (progress: Pick<MulticastOptions, 'onProgress'>) => Promise<MulticastResult>,
): Promise<MulticastResult> {
  if (!process.stderr.isTTY) return send({});
  const bar = multicastBar();
  try {
    return await send({ onProgress: bar.show });
  } finally {
    bar.stop();
  }
}

async function readUids(file: string): Promise<string[]> {
  const text = decodeUtf8(await bytesOf(file));
  if (text === undefined) throw new CliError(ExitCode.usage, 'The uids are not UTF-8.');
  const uids = text.split(/\r?\n/).filter((line) => line !== '');
  if (uids.length === 0) throw new CliError(ExitCode.usage, 'There is no uid: one per line was expected.');
  return uids;
}

async function bytesOf(file: string): Promise<Uint8Array> {
  if (file === '-') return readInput(MAX_REQUEST_BYTES, 'The uids are');
  try {
    return await readFile(file);
  } catch (cause) {
    throw new CliError(ExitCode.usage, `The file of uids can't be read: ${file}`, { cause });
  }
}
