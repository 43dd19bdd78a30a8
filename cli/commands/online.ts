import type { SelectionOptions } from '../../client/backend/options.ts';
import type { PushClient } from '../../client/backend/push-client.ts';
import { ExitCode } from '../../terminal/exit-code.ts';
import { printJson, readerSignal } from '../../terminal/output.ts';
import { onlineUids } from '../online-uids.ts';

/** About one uid, or a line for each that is online. */
export async function online(
  client: PushClient,
  uid: string | undefined,
  selection: SelectionOptions,
): Promise<ExitCode> {
  if (uid !== undefined) {
    const presence = await client.online(uid, selection);
    printJson(presence);
    return presence.online ? ExitCode.done : ExitCode.negative;
  }
  let isAnybody = false;
  for await (const entry of onlineUids(client)) {
    isAnybody = true;
    printJson(entry);
    if (readerSignal.aborted) break;
  }
  return isAnybody ? ExitCode.done : ExitCode.negative;
}
