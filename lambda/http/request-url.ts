import * as v from 'valibot';
import { groupProblem } from '../../protocol/group.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import { uidProblem } from '../../protocol/uid.ts';
import { type HttpResponse, problemResponse } from './response.ts';

/**
 * A request may be signed in its query, which AWS has looked at.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
const isOfSignature = /^X-Amz-/;

/** The parameters of a query by name, decoded; those that may be repeated as all of their values. */
export type Query = Record<string, string | string[]>;

/**
 * Parses a query. Only parameters of these names are taken, each once unless it is `repeatable`: with a guess, or a
 * parameter that is passed over, a misspelt `except` would close the connection that it was to keep. A problem repeats
 * nothing that was sent.
 */
export function parseQuery(
  rawQuery: string,
  names: readonly string[],
  repeatable: readonly string[] = [],
): { query: Query } | { problem: HttpResponse } {
  const query = new Map<string, string | string[]>();
  for (const part of rawQuery.split('&')) {
    if (part === '') continue;
    const [name = '', ...rest] = part.split('=');
    const decoded = [name, rest.join('=')].map((text) => decodePercents(text.replaceAll('+', ' ')));
    const [decodedName, value] = decoded;
    if (decodedName === undefined || value === undefined) {
      return invalid('the query is not percent-encoded UTF-8');
    }
    if (isOfSignature.test(decodedName)) continue;
    if (repeatable.includes(decodedName)) {
      query.set(decodedName, [...(query.get(decodedName) ?? []), value]);
      continue;
    }
    if (!names.includes(decodedName)) return invalid('there is no such parameter here');
    if (query.has(decodedName)) return invalid('this parameter may be given once');
    query.set(decodedName, value);
  }
  return { query: Object.fromEntries(query) };
}

/** Returns the query as `schema` has it, or a problem with the schema's own message. */
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

/** Returns the problem of a path's variable that is no uid. */
export function unusableUid(uid: string): HttpResponse | undefined {
  const problem = uidProblem(uid);
  return problem ? problemResponse(ProblemCode.unusableUid, `found ${problem}`) : undefined;
}

/** Whether a path's variable may be an id of the service, a UUID. Anything longer can't be a key of the table. */
export function maybeId(id: string): boolean {
  return id.length <= 36;
}

/** Returns the problem of a path's variable that is no group. */
export function unusableGroup(group: string): HttpResponse | undefined {
  const problem = groupProblem(group);
  return problem ? problemResponse(ProblemCode.unusableGroup, `found ${problem}`) : undefined;
}

/**
 * Decodes a part of a URL. Returns `undefined` when it is not percent-encoded UTF-8, in which all but visible ASCII is
 * encoded.
 */
export function decodePercents(text: string): string | undefined {
  if (/[^ -~]/.test(text)) return undefined;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
