import type { DisconnectOptions } from '../../client/backend/options.ts';
import type { PushClient } from '../../client/backend/push-client.ts';
import { ExitCode } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/output.ts';

export async function kickConnection(client: PushClient, id: string): Promise<ExitCode> {
  const result = await client.closeConnection(id);
  printJson(result);
  if (result.failed > 0) return ExitCode.failed;
  return result.closed > 0 ? ExitCode.done : ExitCode.negative;
}

export async function kick(client: PushClient, uid: string, options: DisconnectOptions): Promise<ExitCode> {
  const result = await client.disconnect(uid, options);
  printJson(result);
  if (result.failed > 0) return ExitCode.failed;
  const isDone = result.closed > 0 || 'revokedThrough' in result || 'blockedUntil' in result;
  return isDone ? ExitCode.done : ExitCode.negative;
}
