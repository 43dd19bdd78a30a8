import { readFile } from 'node:fs/promises';
import type { PushOptions } from '../../client/backend/options.ts';
import type { PushClient } from '../../client/backend/push-client.ts';
import { MAX_REQUEST_BYTES } from '../../protocol/limits.ts';
import { decodeUtf8 } from '../../protocol/utf8.ts';
import { ExitCode } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/output.ts';
import { CliError } from '../cli-error.ts';
import { readInput } from '../standard-input.ts';

/** Sends `json` to the uids that a file has, or standard input where it is `-`: one per line. */
export async function multicast(
  client: PushClient,
  file: string,
  json: string,
  options: PushOptions,
): Promise<ExitCode> {
  const result = await client.multicast(await readUids(file), json, options);
  printJson(result);
  if (result.unavailable.length > 0) return ExitCode.failed;
  return result.delivered > 0 || (result.stored ?? 0) > 0 ? ExitCode.done : ExitCode.negative;
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
