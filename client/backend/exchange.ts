import type { Authorisation } from './authorisation.ts';
import { errorAnswer } from './error-answer.ts';
import { PushError, PushErrorCode } from './push-error.ts';
import { BodyTooLongError, readBody } from './read-body.ts';
import { httpDate } from './retry-after.ts';
import { safeCause } from './safe-cause.ts';
import type { ServiceClock } from './service-clock.ts';
import type { PlainRequest } from './signature.ts';

/** How far an attempt is, for what is said when its time is over. */
export type Progress = { stage: 'waiting' | 'authorising' | 'sending' };

type ExchangeConditions = {
  signal: AbortSignal;
  /** A longer answer is an error and is not read to its end. */
  maxAnswerBytes: number;
  progress: Progress;
};

/** Authorises a request, sends it and reads its answer. Rejects with a `PushError`. */
export type Exchange = (request: PlainRequest, conditions: ExchangeConditions) => Promise<Uint8Array>;

export function createExchange(
  send: typeof fetch,
  authorisation: Authorisation,
  clock: ServiceClock,
): Exchange {
  const authoriseAndSend = async (
    request: PlainRequest,
    { signal, maxAnswerBytes, progress }: ExchangeConditions,
  ): Promise<{ answer: Uint8Array } | Refused> => {
    progress.stage = 'authorising';
    const authorisedAt = clock.now();
    const authorised = await authorisation.authorise(request);
    progress.stage = 'sending';
    const { url, ...init } = authorised;
    let response: Response | undefined;
    try {
      // A redirect is answered to the caller, not followed: the signature holds for this host alone.
      response = await send(url, { ...init, signal, redirect: 'manual' });
      if (response.status === 200 || response.status === 202) {
        return { answer: await readBody(response, maxAnswerBytes) };
      }
      const date = httpDate(response.headers.get('date'));
      return { error: await errorAnswer(response, clock.now()), authorisedAt, date };
    } catch (error) {
      if (error instanceof BodyTooLongError) {
        throw new PushError(PushErrorCode.unexpectedAnswer, error.message);
      }
      const what = response
        ? "The push URL's answer broke off: the request may have been done."
        : 'The push URL cannot be reached.';
      throw new PushError(PushErrorCode.unreachable, what, { cause: safeCause(error, authorised) });
    }
  };

  return async (request, conditions) => {
    const first = await authoriseAndSend(request, conditions);
    if ('answer' in first) return first.answer;
    if (!isRefusedByAws(first.error)) throw first.error;
    if (authorisation.kind === 'none') throw unsignedError(first.error);
    const isClockWrong = authorisation.kind === 'signature' && clock.correct(first.authorisedAt, first.date);
    // Nothing was done: a signature of another time is refused before.
    const last = isClockWrong ? await authoriseAndSend(request, conditions) : first;
    if ('answer' in last) return last.answer;
    throw last.error;
  };
}

/** When it was authorised by this client's clock, and refused by the service's, in milliseconds since the epoch. */
type Refused = { error: PushError; authorisedAt: number; date: number | undefined };

function isRefusedByAws({ code, status }: PushError): boolean {
  return code === PushErrorCode.unexpectedStatus && status === 403;
}

/** A function URL may be behind any name, which then doesn't say that it is one. */
function unsignedError({ code, message, status, detail }: PushError): PushError {
  return new PushError(code, `${message} The request was not signed: that needs the option "region".`, {
    ...(status !== undefined && { status }),
    ...(detail !== undefined && { detail }),
  });
}
