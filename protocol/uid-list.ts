import { memberSource, scalarSources } from './json-text.ts';
import { readUid } from './message.ts';
import type { RefusalCode } from './refusal.ts';

type UidProblem = { code: RefusalCode; detail: string };

/**
 * Reads an array of uids, texts and integers, and returns each once, as a text. `members`: the member `uids` of the
 * JSON object whose text is `text`.
 */
export function readUids(members: readonly unknown[], text: string): string[] | UidProblem {
  const uids = new Set<string>();
  let sources: string[] | undefined;
  for (const [index, member] of members.entries()) {
    // All are scalars, or one before was refused.
    const uid = readUid(member, () => {
      sources ??= members.every(isScalar) ? scalarSources(memberSource(text, 'uids')) : [];
      return sources[index] ?? '';
    });
    if (typeof uid !== 'string') {
      return { code: uid.code, detail: `at place ${index} of the uids, counted from 0: ${uid.detail}` };
    }
    uids.add(uid);
  }
  return [...uids];
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}
