const longestColoured = 10_000;
const token =
  /(?<string>"(?:[^"\\]|\\.)*")(?=(?<colon>\s*:)?)|(?<number>-?\d[\d.eE+-]*)|(?<literal>true|false|null)/g;

/**
 * The exact text, its JSON tokens in coloured spans; lines break after commas. Only ever text nodes: nothing in it can
 * become markup.
 */
export function coloured(text) {
  const fragment = document.createDocumentFragment();
  if (text.length > longestColoured) {
    fragment.append(text);
    return fragment;
  }
  let end = 0;
  for (const match of text.matchAll(token)) {
    const between = text.slice(end, match.index);
    fragment.append(between, ...(between.includes(',') ? [document.createElement('wbr')] : []));
    fragment.append(span(match[0], kindOf(match.groups)));
    end = match.index + match[0].length;
  }
  fragment.append(text.slice(end));
  return fragment;
}

function kindOf({ string, colon, number }) {
  if (string) return colon ? 'name' : 'string';
  return number ? 'number' : 'literal';
}

function span(text, kind) {
  const element = document.createElement('span');
  element.className = kind;
  element.textContent = text;
  return element;
}
