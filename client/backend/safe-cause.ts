import { inspect } from 'node:util';
import type { PlainRequest } from './signature.ts';

/** `error` as the cause of another; in place of one that repeats what authorises the request, an error that says so. */
export function safeCause(error: unknown, { headers }: PlainRequest): unknown {
  const { authorization = '', 'x-amz-security-token': sessionToken = '' } = headers;
  const secrets = [authorization.replace(/^\S+ /, ''), sessionToken].filter((secret) => secret !== '');
  const told = withoutEscapes(
    inspect(error, { depth: 20, maxArrayLength: null, maxStringLength: null, showHidden: true }),
  );
  if (!secrets.some((secret) => told.includes(withoutEscapes(secret)))) return error;
  return new Error('The reason is left out: it repeats what authorises the request.');
}

/** `inspect` escapes some characters. */
function withoutEscapes(text: string): string {
  return text.replaceAll('\\', '');
}
