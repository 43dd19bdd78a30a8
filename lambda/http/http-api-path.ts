import { ProblemCode } from '../../protocol/problem.ts';
import type { FunctionUrlEvent } from './function-url-event.ts';
import { decodePercents } from './request-url.ts';
import { type HttpResponse, problemResponse } from './response.ts';

/** The parameters by which a request says again which uid, and which group, its path names. */
const uidParameter = 'uid';
const groupParameter = 'group';
const uidsOfGroup = '/uids/';

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
  const end = restAfter(uid, inPath);
  if (end === undefined) return ambiguous;
  const rawPath = `/uids/${encodeURIComponent(uid)}${end}`;
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
  const end = restAfter(group, inPath);
  if (end === undefined) return ambiguousGroup;
  const inUids = end.startsWith(uidsOfGroup) ? end.slice(uidsOfGroup.length) : undefined;
  if ((inUids === undefined) !== (uid === undefined)) return ambiguousGroup;
  const ofUid = inUids === undefined || uid === undefined ? undefined : restAfter(uid, inUids);
  if (uid !== undefined && ofUid === undefined) return ambiguousGroup;
  const encodedEnd = uid === undefined ? end : `${uidsOfGroup}${encodeURIComponent(uid)}${ofUid}`;
  const rawPath = `/groups/${encodeURIComponent(group)}${encodedEnd}`;
  return { event: { ...event, rawPath, rawQueryString: rest } };
}

/** What follows the name in the path, which has it decoded or not; `undefined`: the path has another name. */
function restAfter(name: string, path: string): string | undefined {
  const spelled = [name, encodeURIComponent(name)].find((one) => path === one || path.startsWith(`${one}/`));
  return spelled === undefined ? undefined : path.slice(spelled.length);
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
