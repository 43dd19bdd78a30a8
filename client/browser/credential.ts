import type { Clock } from './environment.ts';

const deadlineMs = 30_000;

/** `failed`: with what was thrown. */
export type CredentialAnswer = { credential: string } | { failed: unknown };

/**
 * Asks the page for a credential and calls back once, later. A page's own request may hang for ever when the network breaks, so
 * there is a deadline. The answer cancels: nothing is called then, neither `credential` nor `callback`.
 */
export function askCredential(
  credential: () => string | Promise<string>,
  clock: Clock,
  callback: (answer: CredentialAnswer) => void,
): () => void {
  let isOver = false;
  const end = () => {
    isOver = true;
    cancelDeadline();
  };
  const answer = (value: CredentialAnswer) => {
    if (isOver) return;
    end();
    callback(value);
  };
  const cancelDeadline = clock.after(deadlineMs, () =>
    answer({ failed: new Error('No credential in time.') }),
  );
  // Neither step rejects.
  void Promise.resolve().then(async () => {
    if (!isOver) answer(await answerOf(credential));
  });
  return end;
}

async function answerOf(credential: () => string | Promise<string>): Promise<CredentialAnswer> {
  try {
    const value: unknown = await credential();
    return typeof value === 'string'
      ? { credential: value }
      : { failed: new TypeError('The credential is not a string.') };
  } catch (error) {
    return { failed: error };
  }
}
