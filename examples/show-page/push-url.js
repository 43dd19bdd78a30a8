import { words } from './language.js';

const longestWait = 30_000;

/**
 * Asks the push URL, as a backend would. Resolves to its answer, or to `{trouble}` in words.
 * `pushUrl` ends with a slash, as the URL of a Lambda function does.
 */
export async function askPushUrl(pushUrl, method, path, options = {}) {
  if (!pushUrl) return { trouble: words.noPushUrl };
  let response;
  try {
    response = await fetch(`${pushUrl}${path}`, {
      method,
      ...options,
      signal: AbortSignal.timeout(longestWait),
    });
    return response.ok ? await response.json() : { trouble: await refusalOf(response) };
  } catch (error) {
    if (error.name === 'TimeoutError') return { trouble: words.noAnswer(longestWait / 1000) };
    if (response) return { trouble: words.unreadable(response.status) };
    return { trouble: words.unreachable };
  }
}

/** An error says what is wrong as `application/problem+json` (RFC 9457). */
async function refusalOf(response) {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  if (!isProblem) return words.answered(response.status);
  const { title, detail } = await response.json();
  return words.refused(response.status, detail ?? title);
}
