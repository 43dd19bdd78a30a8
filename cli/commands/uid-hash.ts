import { uidHash } from '../../protocol/uid-hash.ts';
import { ExitCode } from '../../terminal/exit-code.ts';
import { printLine } from '../../terminal/output.ts';
import { CliError } from '../cli-error.ts';
import type { Target } from '../target.ts';

export function printUidHash(uid: string, { uidHashKey }: Target): ExitCode {
  if (uidHashKey === undefined) {
    throw new CliError(ExitCode.usage, 'The key is needed: --stack, --outputs or UIDPUSH_UID_HASH_KEY.');
  }
  printLine(uidHash(uid, uidHashKey));
  return ExitCode.done;
}
