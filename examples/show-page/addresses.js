/**
 * Where the stack is: `?url=` and `?push=` in the page's address, or `outputs.json` beside the page.
 * Answers `{WebSocketUrl, PushUrl, TextEndpoint}`, the stack's outputs; a page may do without the last two.
 */
export async function readAddresses(query) {
  if (query.has('url')) {
    return { WebSocketUrl: webSocketUrl(query.get('url')), PushUrl: query.get('push') };
  }
  const response = await fetch('outputs.json');
  if (!response.ok) throw new Error(`outputs.json: HTTP ${response.status}`);
  return response.json();
}

function webSocketUrl(text) {
  if (!/^wss?:\/\/./.test(text)) throw new Error('?url= is not a ws:// or wss:// address');
  return text;
}
