/** One value of a `Content-Type` header. `charsets`: in lower case; more than one where the parameter is repeated. */
export type ContentType = { mediaType: string; charsets: string[] };

/**
 * The values of a `Content-Type` header: where a request has it twice, both come in one text, with a comma between. What is no media
 * type stays as it is. Source: https://www.rfc-editor.org/rfc/rfc9110#section-8.3
 */
export function contentTypesOf(header: string): ContentType[] {
  return piecesOf(header, ',').map((value) => {
    const [mediaType = '', ...parameters] = piecesOf(value, ';');
    return {
      mediaType: mediaType.toLowerCase(),
      charsets: parameters.flatMap((parameter) => charsetOf(parameter) ?? []),
    };
  });
}

/** Cuts at each `separator` that is not inside a quoted text. */
function piecesOf(text: string, separator: ',' | ';'): string[] {
  const pieces = [''];
  for (const [part] of text.matchAll(/"(?:[^"\\]|\\.)*"|./gs)) {
    if (part === separator) pieces.push('');
    else pieces[pieces.length - 1] += part;
  }
  return pieces.map((piece) => piece.trim());
}

function charsetOf(parameter: string): string | undefined {
  const [, value] = /^charset\s*=\s*(.*)$/i.exec(parameter) ?? [];
  return value
    ?.replace(/^"(.*)"$/, '$1')
    .replaceAll(/\\(.)/g, '$1')
    .toLowerCase();
}
