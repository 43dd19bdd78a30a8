import * as v from 'valibot';
import { ProblemCode } from '../../protocol/problem.ts';
import { type HttpResponse, problemResponse } from './response.ts';

/**
 * The query as `schema` has it, or the problem, told by the schema's own messages: a name that was sent is not repeated. Members that
 * the schema doesn't know are refused, and those that come twice: a misspelt `except` would close the connection that it was to keep.
 */
export function readQuery<Schema extends v.GenericSchema>(
  query: URLSearchParams,
  schema: Schema,
): { value: v.InferOutput<Schema> } | { problem: HttpResponse } {
  if (new Set(query.keys()).size < query.size) return invalid('a parameter may be given once');
  const result = v.safeParse(schema, Object.fromEntries(query), { abortEarly: true });
  return result.success ? { value: result.output } : invalid(result.issues[0].message);
}

function invalid(detail: string): { problem: HttpResponse } {
  return { problem: problemResponse(ProblemCode.invalidRequest, detail) };
}
