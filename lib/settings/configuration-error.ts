/** A setting that can't be used. The message names it, its value, what is allowed and where it was found. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  /** `where`: `a prop of app/Pushes`. */
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
