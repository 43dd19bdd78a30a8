const longestWait = 30_000;

/**
 * Asks the push URL, as a backend would. Answers what it answers, or `{trouble}` in words.
 * `pushUrl` ends with a slash, as the URL of a Lambda function does.
 */
export async function askPushUrl(pushUrl, method, path, options = {}) {
  if (!pushUrl) return { trouble: 'This page was not told the push URL: add &push=… to its address.' };
  let response;
  try {
    response = await fetch(`${pushUrl}${path}`, {
      method,
      ...options,
      signal: AbortSignal.timeout(longestWait),
    });
    return response.ok ? await response.json() : { trouble: await refusalOf(response) };
  } catch (error) {
    if (error.name === 'TimeoutError') return { trouble: `No answer in ${longestWait / 1000} s.` };
    if (response) return { trouble: `The answer (HTTP ${response.status}) can’t be read.` };
    return { trouble: 'The push URL can’t be reached. Is the stack running?' };
  }
}

/** An error says what is wrong as `application/problem+json` (RFC 9457). */
async function refusalOf(response) {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  if (!isProblem) return `The push URL answered HTTP ${response.status}.`;
  const { title, detail } = await response.json();
  return `Refused (HTTP ${response.status}): ${detail ?? title}.`;
}
