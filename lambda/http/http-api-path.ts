import { ProblemCode } from '../../protocol/problem.ts';
import type { FunctionUrlEvent } from './function-url-event.ts';
import { decodePercents } from './request-url.ts';
import { type HttpResponse, problemResponse } from './response.ts';

/** The parameters by which a request says again which uid, and which group, its path names. */
const uidParameter = 'uid';
const groupParameter = 'group';

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
  const [, inGroups] = /^\/groups\/(.+)$/s.exec(event.rawPath) ?? [];
  if (inGroups !== undefined) return withEncodedGroup(event, inGroups);
  const [, inPath] = /^\/uids\/(.+)$/s.exec(event.rawPath) ?? [];
  if (inPath === undefined) return { event };
  const { value: uid, rest } = takeName(event.rawQueryString, uidParameter);
  if (uid === undefined) return unreserved.test(inPath) ? { event } : ambiguous;
  const encoded = encodeURIComponent(uid);
  const spelled = [uid, encoded].find((one) => inPath === one || inPath.startsWith(`${one}/`));
  if (spelled === undefined) return ambiguous;
  const rawPath = `/uids/${encoded}${inPath.slice(spelled.length)}`;
  return { event: { ...event, rawPath, rawQueryString: rest } };
}

/** The same of a path under `/groups/`: its group is always in the query, and its uid, if it has one. */
function withEncodedGroup(
  event: FunctionUrlEvent,
  inPath: string,
): { event: FunctionUrlEvent } | { problem: HttpResponse } {
  const { value: group, rest: withoutGroup } = takeName(event.rawQueryString, groupParameter);
  const { value: uid, rest } = takeName(withoutGroup, uidParameter);
  if (group === undefined) return ambiguousGroup;
  const ends = uid === undefined ? ['', '/push'] : [`/uids/${uid}`, `/uids/${encodeURIComponent(uid)}`];
  const spelled = [group, encodeURIComponent(group)];
  const end = ends.find((one) => spelled.some((name) => inPath === name + one));
  if (end === undefined) return ambiguousGroup;
  const encodedEnd = uid === undefined ? end : `/uids/${encodeURIComponent(uid)}`;
  const rawPath = `/groups/${encodeURIComponent(group)}${encodedEnd}`;
  return { event: { ...event, rawPath, rawQueryString: rest } };
}

/** The value of the parameter, decoded, and the query without it. */
function takeName(query: string, name: string): { value: string | undefined; rest: string } {
  const parts = query.split('&');
  const isName = (part: string) => part.startsWith(`${name}=`);
  const [value] = parts.filter(isName).map((part) => part.slice(name.length + 1));
  return {
    value: value === undefined || value === '' ? undefined : decodePercents(value.replaceAll('+', ' ')),
    rest: parts.filter((part) => !isName(part)).join('&'),
  };
}

const ambiguousGroup = {
  problem: problemResponse(
    ProblemCode.invalidRequest,
    'behind an HTTP API the group of the path must be the parameter group of the query, too, and its uid the parameter uid',
  ),
};

const ambiguous = {
  problem: problemResponse(
    ProblemCode.invalidRequest,
    'behind an HTTP API the uid of the path must be the parameter uid of the query, too',
  ),
};
