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
