import { MAX_MULTICAST_UIDS, MAX_REQUEST_BYTES } from './limits.ts';
import { linesButBlankOnes } from './line-decoder.ts';
import { parseObject } from './message.ts';
import { ProblemCode } from './problem.ts';
import { isRefusal } from './refusal.ts';
import { parseUidsObject, type UidsProblem } from './uids-object.ts';

/** One message for many uids. `uids`: each once. `lines`: both lines as they were written. */
export type MulticastRequest = { uids: readonly string[]; text: string; lines: string };

const uidsRule = { name: 'the line of uids', least: 1, most: MAX_MULTICAST_UIDS } as const;

/** Reads the two lines of a multicast: `{"uids":[…]}`, and the message, which is any JSON object. */
export function parseMulticast(body: Uint8Array): MulticastRequest | UidsProblem {
  const lines: Uint8Array[] = [];
  for (const line of linesButBlankOnes(body, MAX_REQUEST_BYTES)) {
    if (lines.length === 2 || !('bytes' in line)) return notTwoLines;
    lines.push(line.bytes);
  }
  const [first, second] = lines;
  if (first === undefined || second === undefined) return notTwoLines;
  const addressees = parseUidsObject(first, uidsRule);
  if ('code' in addressees) return addressees;
  const message = parseObject(second);
  if (isRefusal(message)) return message;
  return { uids: addressees.uids, text: message.text, lines: `${addressees.text}\n${message.text}` };
}

const notTwoLines: UidsProblem = {
  code: ProblemCode.invalidRequest,
  detail: 'a multicast has two lines: {"uids":[…]}, and the message',
};
