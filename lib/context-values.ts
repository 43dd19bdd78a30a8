import { ConfigurationError } from './configuration.ts';

/** Context of the command line is text, that of `cdk.json` may be a boolean. */
export function trueOrFalse(key: string, value: unknown): boolean {
  const text = String(value ?? false);
  if (text === 'true' || text === 'false') return text === 'true';
  throw new ConfigurationError(key, value, 'it must be true or false');
}

/** Nothing, or an empty text: `undefined`. */
export function matching(key: string, value: unknown, pattern: RegExp, what: string): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new ConfigurationError(key, value, `it must be ${what}`);
}
