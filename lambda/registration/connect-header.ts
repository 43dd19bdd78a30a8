/** The headers of a connect as the browser sent them; their case is not promised. */
export type ConnectHeaders = Record<string, string | undefined>;

/** The header of this name, which is in lower case. */
export function headerOf(headers: ConnectHeaders, lowerCaseName: string): string | undefined {
  const name = Object.keys(headers).find((header) => header.toLowerCase() === lowerCaseName);
  return name === undefined ? undefined : headers[name];
}
