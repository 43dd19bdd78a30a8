import * as v from 'valibot';
import { AwsJsonError } from './aws-json-error.ts';

/** An operation's input as `schema` has it; anything else is answered with the error `code`. */
export function parseInput<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
  code: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  // The name of what is wrong, and never its value.
  throw new AwsJsonError(code, `${v.getDotPath(issue) ?? 'The request'} is missing, wrong or not imitated.`);
}
