import type { PushOptions } from '../../client/backend/options.ts';
import type { PushClient } from '../../client/backend/push-client.ts';
import { wasAccepted } from '../../protocol/answers/push.ts';
import { ExitCode } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/output.ts';
import { CliError } from '../cli-error.ts';
import { messageFor } from '../message-for.ts';

export async function push(
  client: PushClient,
  uid: string,
  json: string,
  options: PushOptions,
): Promise<ExitCode> {
  const message = messageFor(uid, json);
  if ('problem' in message) throw new CliError(ExitCode.usage, `${message.problem}.`);
  const result = await client.push(message.text, options);
  printJson(result);
  return wasAccepted(result) ? ExitCode.done : ExitCode.negative;
}
