import * as v from 'valibot';

/**
 * The options of `place`, checked. Throws a `TypeError` that names the place and the option that can't be used. It
 * never has the option's value, which may be a secret.
 */
export function checkOptions<Schema extends v.GenericSchema<object, object>>(
  place: string,
  schema: Schema,
  options: unknown,
): v.InferOutput<Schema> {
  const checked = v.safeParse(schema, options, { abortEarly: true });
  if (checked.success) return checked.output;
  const [issue] = checked.issues;
  const name = issue.path?.[0]?.key;
  if (name === undefined) throw new TypeError(`${place}: the options are not an object of options.`);
  throw new TypeError(`${place}: ${optionProblem(String(name), issue)}.`);
}

/** For missing and unknown members valibot has messages of its own. */
function optionProblem(name: string, { type, expected, message }: v.BaseIssue<unknown>): string {
  if (type !== 'strict_object') return `the option "${name}" must be ${message}`;
  return expected === 'never'
    ? `there is no option ${JSON.stringify(name)}`
    : `the option "${name}" is missing`;
}

/** Each message goes on after "must be". */
export function wholeNumber(least: number, most: number) {
  const message = `a whole number from ${least} to ${most}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
}

export function functionOf<Function extends (...parameters: never[]) => unknown>(message = 'a function') {
  return v.custom<Function>((value) => typeof value === 'function', message);
}

/**
 * Characters that an `Authorization` header can carry: visible ASCII. `fetch` would refuse a line break, and quote the
 * secret in its error.
 */
export const secretText = v.pipe(v.string(secretMessage()), v.regex(/^[!-~]+$/, secretMessage()));

function secretMessage(): string {
  return 'a text of visible ASCII characters, without spaces and line breaks';
}
