import { askPushUrl } from './push-url.js';

const pause = 250;

/**
 * The message as it goes over the wire: what was typed, with the uid put in front as the object's first member.
 * What is no object stays as it is, so that the stack's own refusal can be seen.
 */
export function messageText(uid, typed) {
  const object = typed.trim();
  if (!object.startsWith('{')) return object;
  const [space] = object.slice(1).match(/^\s*/);
  const members = object.slice(1 + space.length);
  const member = `"uid":${space && ' '}${JSON.stringify(uid)}`;
  return `{${space}${member}${members.startsWith('}') ? '' : `,${space}`}${members}`;
}

/**
 * Pushes one message. Resolves to `{uid, delivered, gone, failed}`, counted in connections, or `{trouble}`. With `ttl`,
 * in seconds and not 0, the message is stored until then, and `{stored, seq}` say so. `except`: the device that does
 * not get it, and is counted as `excluded`; or nothing.
 */
export function push(pushUrl, message, ttl, except) {
  return askPushUrl(pushUrl, 'POST', pathWithout('push', except), {
    headers: { 'content-type': 'application/json', ...(ttl > 0 && { ttl: `${ttl}` }) },
    body: message,
  });
}

/** `path`, without one device where there is one to leave out. */
export function pathWithout(path, except) {
  return except ? `${path}?except=${encodeURIComponent(except)}` : path;
}

/**
 * Sends `text` to every registered connection. Yields how far it is, `{state, delivered, gone, failed}`, until `state`
 * is `finished`; or `{trouble}`.
 */
export async function* broadcast(pushUrl, text) {
  const accepted = await askPushUrl(pushUrl, 'POST', 'broadcast', { body: text });
  if (accepted.trouble) {
    yield accepted;
    return;
  }
  for (;;) {
    const status = await askPushUrl(pushUrl, 'GET', `broadcasts/${accepted.broadcast}`);
    yield status;
    if (status.state !== 'running') return;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
