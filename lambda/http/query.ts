import * as v from 'valibot';
import { ProblemCode } from '../../protocol/problem.ts';
import { type HttpResponse, problemResponse } from './response.ts';

/**
 * A request may be signed in its query, which AWS has looked at.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
const isOfSignature = /^X-Amz-/;

/** The parameters of a query by name, decoded. */
export type Query = Record<string, string>;

/**
 * Reads a query, of which only parameters of these names are taken, each once. What is guessed at or passed over here is misunderstood:
 * a misspelt `except` would close the connection that it was to keep. No name that was sent is repeated.
 */
export function parseQuery(
  rawQuery: string,
  names: readonly string[],
): { query: Query } | { problem: HttpResponse } {
  const query = new Map<string, string>();
  for (const part of rawQuery.split('&')) {
    if (part === '') continue;
    const [name = '', ...rest] = part.split('=');
    const decoded = [name, rest.join('=')].map((text) => decodePercents(text.replaceAll('+', ' ')));
    const [decodedName, value] = decoded;
    if (decodedName === undefined || value === undefined) {
      return invalid('the query is not percent-encoded UTF-8');
    }
    if (isOfSignature.test(decodedName)) continue;
    if (!names.includes(decodedName)) return invalid('there is no such parameter here');
    if (query.has(decodedName)) return invalid('a parameter may be given once');
    query.set(decodedName, value);
  }
  return { query: Object.fromEntries(query) };
}

/** The query as `schema` has it, or the problem, by the schema's own messages. */
export function readQuery<Schema extends v.GenericSchema>(
  query: Query,
  schema: Schema,
): { value: v.InferOutput<Schema> } | { problem: HttpResponse } {
  const result = v.safeParse(schema, query, { abortEarly: true });
  return result.success ? { value: result.output } : invalid(result.issues[0].message);
}

function invalid(detail: string): { problem: HttpResponse } {
  return { problem: problemResponse(ProblemCode.invalidRequest, detail) };
}

/** Decodes a part of a URL; `undefined` when it is not percent-encoded UTF-8. What stands in a URL as it is, is visible ASCII. */
export function decodePercents(text: string): string | undefined {
  if (/[^ -~]/.test(text)) return undefined;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
