import { ProblemCode } from '../../protocol/problem.ts';
import type { FunctionUrlEvent } from './function-url-event.ts';
import { decodePercents } from './request-url.ts';
import { type HttpResponse, problemResponse } from './response.ts';

/** The parameter by which a request says again which uid its path names. */
const uidParameter = 'uid';

/** Characters that mean the same in a path whether it is percent-encoded or decoded. RFC 3986, section 2.3. */
const unreserved = /^[\w.~-]+$/;

/**
 * An HTTP API decodes the path, which a function URL doesn't: of `/uids/a%2Fmessages%2F1` it hands on
 * `/uids/a/messages/1`, which is another uid's message. So a uid must be in the query too, which is handed on as it was
 * sent, unless it is of unreserved characters and ends the path.
 * Source: https://github.com/middleapi/standard-server/pull/93 (compared on AWS)
 *
 * Returns the event with the path as a function URL has it, whether it came decoded or not, or what is wrong with it.
 */
export function withEncodedPath(
  event: FunctionUrlEvent,
): { event: FunctionUrlEvent } | { problem: HttpResponse } {
  const [, inPath] = /^\/uids\/(.+)$/s.exec(event.rawPath) ?? [];
  if (inPath === undefined) return { event };
  const { uid, rest } = takeUid(event.rawQueryString);
  if (uid === undefined) return unreserved.test(inPath) ? { event } : ambiguous;
  const encoded = encodeURIComponent(uid);
  const spelled = [uid, encoded].find((one) => inPath === one || inPath.startsWith(`${one}/`));
  if (spelled === undefined) return ambiguous;
  const rawPath = `/uids/${encoded}${inPath.slice(spelled.length)}`;
  return { event: { ...event, rawPath, rawQueryString: rest } };
}

/** The value of the parameter, decoded, and the query without it. */
function takeUid(query: string): { uid: string | undefined; rest: string } {
  const parts = query.split('&');
  const isUid = (part: string) => part.startsWith(`${uidParameter}=`);
  const [value] = parts.filter(isUid).map((part) => part.slice(uidParameter.length + 1));
  return {
    uid: value === undefined || value === '' ? undefined : decodePercents(value.replaceAll('+', ' ')),
    rest: parts.filter((part) => !isUid(part)).join('&'),
  };
}

const ambiguous = {
  problem: problemResponse(
    ProblemCode.invalidRequest,
    'behind an HTTP API the uid of the path must be the parameter uid of the query, too',
  ),
};
