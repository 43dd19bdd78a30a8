/**
 * Whether one of the patterns of a token's claim names the group, or the uid. In a pattern `*` stands for any text,
 * also none; everything else for itself.
 */
export function isNamedBy(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matches(pattern, name));
}

/** No regular expression: a pattern with many `*` must not cost more than its length times that of the name. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
