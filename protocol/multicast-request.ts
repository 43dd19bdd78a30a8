import { memberSource, parseJson, scalarSources } from './json-text.ts';
import { MAX_MULTICAST_UIDS, MAX_REQUEST_BYTES } from './limits.ts';
import { linesButBlankOnes } from './line-decoder.ts';
import { kindOf, mistakeIn, parseObject, readUid } from './message.ts';
import { ProblemCode } from './problem.ts';
import { isRefusal } from './refusal.ts';
import { decodeUtf8 } from './utf8.ts';

/** One message for many uids. `uids`: each once. `lines`: both lines as they were written. */
export type MulticastRequest = { uids: readonly string[]; text: string; lines: string };

type Problem = { code: ProblemCode; detail: string };

/** Reads the two lines of a multicast: `{"uids":[…]}`, and the message, which is any JSON object. */
export function parseMulticast(body: Uint8Array): MulticastRequest | Problem {
  const lines: Uint8Array[] = [];
  for (const line of linesButBlankOnes(body, MAX_REQUEST_BYTES)) {
    if (lines.length === 2 || !('bytes' in line)) return notTwoLines;
    lines.push(line.bytes);
  }
  const [first, second] = lines;
  if (first === undefined || second === undefined) return notTwoLines;
  const addressees = parseAddressees(first);
  if ('code' in addressees) return addressees;
  const message = parseObject(second);
  if (isRefusal(message)) return message;
  return { uids: addressees.uids, text: message.text, lines: `${addressees.text}\n${message.text}` };
}

function parseAddressees(line: Uint8Array): { uids: string[]; text: string } | Problem {
  const text = decodeUtf8(line);
  if (text === undefined) return { code: ProblemCode.invalidUtf8, detail: 'the line of uids is not UTF-8' };
  const value = parseJson(text);
  if (value === undefined) {
    return { code: ProblemCode.invalidJson, detail: `in the line of uids, ${mistakeIn(text)}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const detail = `the line of uids is ${kindOf(value)}, not a JSON object`;
    return { code: ProblemCode.notAnObject, detail };
  }
  const uids: unknown = Object.hasOwn(value, 'uids') ? (value as { uids: unknown }).uids : undefined;
  if (!Array.isArray(uids) || uids.length === 0 || Object.keys(value).length > 1) return noUids;
  if (uids.length > MAX_MULTICAST_UIDS) return tooManyUids;
  const read = readUids(uids, text);
  return 'code' in read ? read : { uids: read, text };
}

function readUids(members: readonly unknown[], text: string): string[] | Problem {
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

const notTwoLines: Problem = {
  code: ProblemCode.invalidRequest,
  detail: 'a multicast has two lines: {"uids":[…]}, and the message',
};
const noUids: Problem = {
  code: ProblemCode.invalidRequest,
  detail: 'the first line of a multicast has a member "uids", an array of at least one, and no other',
};
const tooManyUids: Problem = {
  code: ProblemCode.tooLarge,
  detail: `a multicast may have ${MAX_MULTICAST_UIDS} uids; this one has more`,
};
