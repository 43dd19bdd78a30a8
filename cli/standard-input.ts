import { MAX_MESSAGE_BYTES } from '../protocol/limits.ts';
import { decodeUtf8 } from '../protocol/utf8.ts';
import { ExitCode } from '../terminal/exit-code.ts';
import { CliError } from './cli-error.ts';

/**
 * The argument itself, or for `-` what standard input has, byte for byte. It must be UTF-8 and no longer than a message
 * may be.
 */
export async function argumentOrInput(argument: string): Promise<string> {
  if (argument !== '-') return argument;
  const text = decodeUtf8(await readInput(MAX_MESSAGE_BYTES, 'The message is'));
  if (text === undefined) throw new CliError(ExitCode.usage, 'The message is not UTF-8.');
  return text;
}

/** Reads standard input, byte for byte. `what`: the beginning of the error, where that is longer than `maxBytes`. */
export async function readInput(maxBytes: number, what: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new CliError(ExitCode.usage, `${what} longer than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
