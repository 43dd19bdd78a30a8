import { uidProblem } from '../../protocol/uid.ts';
import type { Clock } from './environment.ts';
import { jwtClaims } from './jwt.ts';
import type { Identity, RawCredential } from './options.ts';

const deadlineMs = 30_000;

/** A credential that has the shape of one. */
export type Credential = {
  text: string;
  /** The uid that it names, where that can be read here. */
  uid: string | undefined;
  /** In milliseconds since the epoch; NaN if it doesn't say. */
  expiresAt: number;
};

/** `failed`: with what was thrown. */
export type CredentialAnswer = { credential: Credential } | { failed: unknown };

/**
 * Asks the page for a credential and calls back once, later. A page's own request may hang for ever when the network
 * breaks, so there is a deadline. Returns a function that cancels: then neither `ask` nor `callback` is called.
 *
 * Without `async`, as everything on the way to the page's handlers: zone.js can't follow it.
 */
export function askCredential(
  ask: () => RawCredential | PromiseLike<RawCredential>,
  identity: Identity,
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
  void Promise.resolve()
    .then(() => (isOver ? '' : ask()))
    .then((value) => credentialOf(value, identity))
    .then(
      (credential) => answer({ credential }),
      (failed: unknown) => answer({ failed }),
    );
  return end;
}

/**
 * A token endpoint that fails returns a page of HTML, and a login page comes even with 200: sent to the service, that
 * would be refused for good.
 *
 * @throws {TypeError} when `value` can't be a credential; the message does not repeat it
 */
function credentialOf(value: unknown, identity: Identity): Credential {
  if (identity === 'claimed') {
    const text = uidOf(value);
    if (text === undefined) throw new TypeError('The credential is not a uid.');
    return { text, uid: text, expiresAt: Number.NaN };
  }
  const text = typeof value === 'string' ? value.trim() : '';
  const claims = jwtClaims(text);
  if (!claims) throw new TypeError('The credential is not a JWT.');
  return { text, ...claims };
}

/** Returns the uid as a text; undefined when `value` can't be one. */
export function uidOf(value: unknown): string | undefined {
  const text = typeof value === 'bigint' || Number.isSafeInteger(value) ? String(value) : value;
  return typeof text !== 'string' || uidProblem(text) ? undefined : text;
}
