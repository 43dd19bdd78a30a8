/**
 * Thrown for a setting that can't be used. The message names it, its value, what is allowed and where it was found.
 *
 * @example
 * ```ts
 * import { ConfigurationError, UidPush } from 'uidpush/cdk';
 *
 * try {
 *   new UidPush(stack, 'Wrong', { maxTtlSeconds: 0 });
 * } catch (error) {
 *   if (!(error instanceof ConfigurationError)) throw error;
 *   console.log(error.message); // maxTtlSeconds=0 (a prop of Shop/Wrong) is not possible: …
 * }
 * ```
 */
export class ConfigurationError extends Error {
  /** Always `ConfigurationError`. */
  override readonly name = 'ConfigurationError';

  /** Made by the construct; `where` is like `a prop of app/Pushes`. */
  constructor(name: string, value: unknown, allowed: string, where: string) {
    const end = allowed.endsWith('?') ? '' : '.';
    super(`${name}=${shown(value)} (${where}) is not possible: ${allowed}${end}`);
  }
}

/**
 * Values of settings are no secrets, save a password in an address. Constructs are named by their class: they refer to
 * all of the app.
 */
function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(shown).join(',')}]`;
  if (typeof value === 'object' && value !== null && !isPlain(value))
    return value.constructor?.name ?? 'Object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.replace(/:\/\/[^/@\s:]*:[^/@\s]*@/g, '://…@');
}

function isPlain(value: object): boolean {
  return (
    [Object.prototype, null].includes(Object.getPrototypeOf(value)) && Object.values(value).every(isShowable)
  );
}

function isShowable(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Array.isArray(value);
}
