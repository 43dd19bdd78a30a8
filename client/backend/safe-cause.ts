import { inspect } from 'node:util';
import type { PlainRequest } from './signature.ts';

/** `error` as the cause of another; in place of one that repeats what authorises the request, an error that says so. */
export function safeCause(error: unknown, { headers }: PlainRequest): unknown {
  const { authorization = '', 'x-amz-security-token': sessionToken = '' } = headers;
  const secrets = [authorization.replace(/^\S+ /, ''), sessionToken].filter((secret) => secret !== '');
  const printed = withoutEscapes(waysToPrint.map((print) => printedBy(print, error)).join('\n'));
  if (!secrets.some((secret) => printed.includes(withoutEscapes(secret)))) return error;
  return new Error('The reason is left out: it repeats what authorises the request.');
}

const everything = {
  depth: 20,
  maxArrayLength: null,
  maxStringLength: null,
  showHidden: true,
  getters: true,
} as const;

/** How programs print an error: its members, also those that it hides; as it has itself printed; as JSON; as a text. */
const waysToPrint: ((error: unknown) => unknown)[] = [
  (error) => inspect(error, { ...everything, customInspect: false }),
  (error) => inspect(error, everything),
  (error) => JSON.stringify(error),
  String,
];

/** Returns an empty text if `print` throws. */
function printedBy(print: (error: unknown) => unknown, error: unknown): unknown {
  try {
    return print(error);
  } catch {
    return '';
  }
}

/** `inspect` escapes some characters. */
function withoutEscapes(text: string): string {
  return text.replaceAll('\\', '');
}
