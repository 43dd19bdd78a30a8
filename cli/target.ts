import { readFileSync } from 'node:fs';
import { ExitCode } from '../terminal/exit-code.ts';
import { CliError } from './cli-error.ts';
import { type Outputs, outputsIn } from './outputs.ts';

/** The deployment that a command is for. */
export type Target = { pushUrl: string; webSocketUrl: string; secret?: string };

/** What `npm start` runs. */
export const localTarget = {
  pushUrl: 'http://127.0.0.1:8080/',
  webSocketUrl: 'ws://127.0.0.1:1234',
} as const satisfies Target;

/** An address of the outputs file goes before that of the environment, and that before the local one. */
export function readTarget(outputsFile: string | undefined, environment: NodeJS.ProcessEnv): Target {
  const { UIDPUSH_PUSH_URL, UIDPUSH_WEBSOCKET_URL, UIDPUSH_SECRET } = environment;
  const secret = UIDPUSH_SECRET ? { secret: UIDPUSH_SECRET } : {};
  if (outputsFile !== undefined) {
    const { pushUrl, webSocketUrl } = readOutputs(outputsFile);
    return { pushUrl, webSocketUrl, ...secret };
  }
  return {
    pushUrl: UIDPUSH_PUSH_URL || localTarget.pushUrl,
    webSocketUrl: UIDPUSH_WEBSOCKET_URL || localTarget.webSocketUrl,
    ...secret,
  };
}

/** Throws a `CliError` when the file can't be read, or has no outputs of a stack. */
export function readOutputs(file: string): Outputs {
  const outputs = outputsIn(readText(file));
  if ('problem' in outputs) throw new CliError(ExitCode.usage, `${file}: ${outputs.problem}`);
  return outputs;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(ExitCode.usage, `${file} can't be read.`, { cause: error });
  }
}
