import type { PushClient } from '../../client/backend/push-client.ts';
import { ExitCode } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/output.ts';

export async function kick(client: PushClient, uid: string, except: string | undefined): Promise<ExitCode> {
  const result = await client.disconnect(uid, except === undefined ? {} : { except });
  printJson(result);
  if (result.failed > 0) return ExitCode.failed;
  return result.closed > 0 ? ExitCode.done : ExitCode.negative;
}
