/**
 * Where the stack is and how its browsers say who they are: `?url=`, `?push=` and `?identity=` in the page's address,
 * or `outputs.json` beside the page. Resolves to the stack's outputs `{WebSocketUrl, PushUrl, TextEndpoint}`, of which
 * a page may do without the last two, and `identity`.
 */
export async function readAddresses(query) {
  if (query.has('url')) {
    const identity = query.get('identity') ?? 'token';
    return { WebSocketUrl: webSocketUrl(query.get('url')), PushUrl: query.get('push'), identity };
  }
  const response = await fetch('outputs.json');
  if (!response.ok) throw new Error(`outputs.json: HTTP ${response.status}`);
  const outputs = await response.json();
  // A stack whose tokens an OpenID provider signs has no secret; there ?identity=token says it.
  const identity = query.get('identity') ?? (outputs.TokenSecretName ? 'token' : 'claimed');
  return { ...outputs, identity };
}

function webSocketUrl(text) {
  if (!/^wss?:\/\/./i.test(text)) throw new Error('?url= is not a ws:// or wss:// address');
  return text;
}
