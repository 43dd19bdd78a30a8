const longestWait = 30_000;

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

/** Pushes one message. Answers `{uid, delivered, gone, failed}`, counted in connections, or `{trouble}` in words. */
export async function push(pushUrl, message) {
  if (!pushUrl) return { trouble: 'This page was not told the push URL: add &push=… to its address.' };
  let response;
  try {
    response = await fetch(pushAddress(pushUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: message,
      signal: AbortSignal.timeout(longestWait),
    });
    return response.ok ? await response.json() : { trouble: await refusalOf(response) };
  } catch (error) {
    if (error.name === 'TimeoutError') return { trouble: `No answer in ${longestWait / 1000} s.` };
    if (response) return { trouble: `The answer (HTTP ${response.status}) can’t be read.` };
    return { trouble: 'The push URL can’t be reached. Is the stack running?' };
  }
}

/** `pushUrl` ends with a slash, as the URL of a Lambda function does. */
export function pushAddress(pushUrl) {
  return `${pushUrl}push`;
}

/** An error says what is wrong as `application/problem+json` (RFC 9457). */
async function refusalOf(response) {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  if (!isProblem) return `The push URL answered HTTP ${response.status}.`;
  const { title, detail } = await response.json();
  return `Refused (HTTP ${response.status}): ${detail ?? title}.`;
}
