import type { PushClient } from '../../client/backend/push-client.ts';
import { CliError } from '../cli-error.ts';
import { ExitCode } from '../exit-code.ts';
import { messageFor } from '../message-for.ts';
import { printJson } from '../output.ts';

export async function push(client: PushClient, uid: string, json: string): Promise<ExitCode> {
  const message = messageFor(uid, json);
  if ('problem' in message) throw new CliError(ExitCode.usage, `${message.problem}.`);
  const result = await client.push(message.text);
  printJson(result);
  return result.delivered > 0 ? ExitCode.done : ExitCode.nobody;
}
