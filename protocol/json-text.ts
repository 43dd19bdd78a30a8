/**
 * JSON as text, for what `JSON.parse` loses: the digits of a large integer, and the place of a mistake.
 * Nothing here recurses, so a message of nothing but `[` is no danger to the stack.
 */

// RFC 8259: structural characters, strings (no control characters, quotes or backslashes as they are), numbers,
// literals.
const token =
  /[{}[\],:]|"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const space = /[ \t\n\r]*/y;

type Token = { source: string; start: number };

/** The tokens of `text` up to the first place that is none; there `source` is empty. */
function* tokens(text: string): Generator<Token> {
  let start = matchAt(space, text, 0).length;
  for (;;) {
    const source = matchAt(token, text, start);
    yield { source, start };
    if (source === '') return;
    start += source.length;
    start += matchAt(space, text, start).length;
  }
}

function matchAt(pattern: RegExp, text: string, index: number): string {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0] ?? '';
}

/**
 * Returns `undefined`, which is no JSON value, when `text` is not JSON. The parser's own error would quote the text.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The text of a top-level member's value, as it was written. `text` must be a JSON object that has the member. Of two
 * members of one name the last counts, as for `JSON.parse` and PHP's `json_decode`.
 */
export function memberText(text: string, name: string): string {
  let from = 0;
  let end = 0;
  let depth = 0;
  let previous = '';
  let memberName = '';
  let isInside = false;
  for (const { source, start } of tokens(text)) {
    if (depth === 1 && source === ':') memberName = JSON.parse(previous);
    if (depth === 1 && previous === ':' && memberName === name) {
      from = start;
      isInside = true;
    }
    if (source === '}' || source === ']') depth--;
    if (depth === 0 || (depth === 1 && source === ',')) isInside = false;
    if (isInside) end = start + source.length;
    if (source === '{' || source === '[') depth++;
    previous = source;
  }
  return text.slice(from, end);
}

/** The same without the white space between its tokens. */
export function memberSource(text: string, name: string): string {
  return Array.from(tokens(memberText(text, name)), ({ source }) => source).join('');
}

/**
 * The sources of the elements of an array, as `memberSource` has one. `text` must be a JSON array whose elements are
 * scalars.
 */
export function scalarSources(text: string): string[] {
  return Array.from(tokens(text), ({ source }) => source).filter((source) => !/^[[\],]?$/.test(source));
}

type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end of container' | 'nothing';

/** Where `text` stops being JSON, counted in UTF-16 units from 0; `text.length` when it ends too early. */
export function firstMistake(text: string): number | undefined {
  const open: string[] = [];
  let expected: Expected = 'value';
  for (const { source, start } of tokens(text)) {
    if (source === '' && start === text.length && expected === 'nothing') return undefined;
    const next = afterToken(source, expected, open);
    if (next === undefined) return start;
    expected = next;
  }
  return undefined;
}

function afterToken(source: string, expected: Expected, open: string[]): Expected | undefined {
  const afterValue = () => (open.length === 0 ? 'nothing' : ', or end of container');
  const closes = source === '}' ? '{' : source === ']' ? '[' : undefined;
  if (closes) {
    const mayClose = expected === ', or end of container' || expected.endsWith(` or ${source}`);
    if (!mayClose || open.pop() !== closes) return undefined;
    return afterValue();
  }
  if (source === ',') {
    if (expected !== ', or end of container') return undefined;
    return open.at(-1) === '{' ? 'name' : 'value';
  }
  if (source === ':') return expected === ':' ? 'value' : undefined;
  if (expected.startsWith('name')) return source.startsWith('"') ? ':' : undefined;
  if (!expected.startsWith('value') || source === '') return undefined;
  if (source === '{' || source === '[') {
    open.push(source);
    return source === '{' ? 'name or }' : 'value or ]';
  }
  return afterValue();
}
