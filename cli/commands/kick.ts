import type { PushClient } from '../../client/backend/push-client.ts';
import { ExitCode } from '../exit-code.ts';
import { printJson } from '../output.ts';

export async function kick(client: PushClient, uid: string, except: string | undefined): Promise<ExitCode> {
  const result = await client.disconnect(uid, except === undefined ? {} : { except });
  printJson(result);
  if (result.failed > 0) return ExitCode.trouble;
  return result.closed > 0 ? ExitCode.done : ExitCode.nobody;
}
