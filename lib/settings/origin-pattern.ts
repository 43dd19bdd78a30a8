/**
 * Schemes that `Origin` never has when a page may be trusted for it: those of WebSockets and files, and those whose
 * pages have the origin `null`, which a frame of any page can have too.
 * Source: https://html.spec.whatwg.org/multipage/browsers.html#concept-origin
 */
const otherSchemes = /^(wss?|ftp|file|data|blob|about|javascript|mailto):/;

/**
 * Whether `text` is an origin as browsers send it: scheme, host and port in lower case, with no path and no default
 * port. Apps have schemes of their own: `capacitor://localhost`, `tauri://localhost`, `chrome-extension://<id>`.
 *
 * `https://*.example.com` stands for one label of any name. It must leave two labels at least: no one owner has all of
 * `*.com`.
 */
export function isOriginPattern(text: string): boolean {
  const [, scheme = '', host = ''] = /^([a-z][a-z\d+.-]*:)\/\/([^/?#@\\\s,]+)$/.exec(text) ?? [];
  if (scheme === '' || otherSchemes.test(text)) return false;
  const isPage = scheme === 'https:' || scheme === 'http:';
  if (!isPage) return !host.includes('*') && URL.canParse(text);
  if (!host.startsWith('*.')) return !host.includes('*') && isPageOrigin(text);
  const parent = host.slice(2);
  return parent.includes('.') && !parent.includes('*') && isPageOrigin(`${scheme}//${parent}`);
}

function isPageOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
