import { describe, expect, test } from 'vitest';
import { withEncodedPath } from '../../../lambda/http/http-api-path.ts';
import * as fc from '../../support/properties.ts';

function received(rawPath: string, rawQueryString = '') {
  const event = {
    rawPath,
    rawQueryString,
    headers: {},
    requestContext: { http: { method: 'GET' } },
    isBase64Encoded: false,
  };
  const result = withEncodedPath(event);
  return 'problem' in result
    ? result.problem.statusCode
    : [result.event.rawPath, result.event.rawQueryString];
}

describe('a path that came through an HTTP API', () => {
  test.each([
    ['/push', ''],
    ['/uids', 'limit=3'],
    ['/uids/u1', ''],
    ['/uids/u.1~_-', 'except=c1'],
  ])('stays as it is where it can mean one thing: %s?%s', (path, query) => {
    expect(received(path, query)).toEqual([path, query]);
  });

  test.each([
    ['one that was encoded, or has two segments', '/uids/a/b', ''],
    ['a message, of this uid or of another', '/uids/victim/messages/3', ''],
    ['a % that was encoded, or encodes', '/uids/a%41', ''],
    ['another uid than the query has', '/uids/victim', 'uid=attacker'],
    ['the beginning of the uid in the query', '/uids/a', 'uid=a%2Fmessages%2F3'],
    ['a uid that is empty there', '/uids/a/b', 'uid='],
    ['a query that is not percent-encoded UTF-8', '/uids/a/b', 'uid=%ff'],
  ])('is refused where it could mean another uid: %s', (_, path, query) => {
    expect(received(path, query)).toBe(400);
  });

  test('is as it was sent, whatever the uid, whether it came decoded or not', () => {
    const rest = fc.constantFrom('', '/messages/3');
    const query = fc.constantFrom('', 'except=c1');
    const uids = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(uids, rest, query, fc.boolean(), (uid, end, others, isDecoded) => {
        const sent = `/uids/${encodeURIComponent(uid)}${end}`;
        const queryString = [others, `uid=${encodeURIComponent(uid)}`].filter(Boolean).join('&');
        expect(received(isDecoded ? `/uids/${uid}${end}` : sent, queryString)).toEqual([sent, others]);
      }),
    );
  });

  test.each([
    ['a group that is not in the query', '/groups/g', ''],
    ['a group that has a uid in its name, or a uid of a group', '/groups/g/uids/u', 'group=g'],
    ['another group than the query has', '/groups/victim/push', 'group=g'],
    ['a group without a uid, where the query has one', '/groups/g/push', 'group=g&uid=u'],
    ['another uid than the query has', '/groups/g/uids/victim', 'group=g&uid=u'],
    ['the uid of another group', '/groups/g/uids/u', 'group=g%2Fuids%2Fu&uid=u'],
  ])('is refused where it could mean another group: %s', (_, path, query) => {
    expect(received(path, query)).toBe(400);
  });

  test('is as it was sent, whatever the group and the uid', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    const end = fc.constantFrom('', '/push', '/of/another/route');
    fc.assert(
      fc.property(name, fc.option(name), end, fc.boolean(), (group, uid, rest, isDecoded) => {
        const encode = isDecoded ? (text: string) => text : encodeURIComponent;
        const pathOf = (spell: (text: string) => string) =>
          `/groups/${spell(group)}${uid === null ? '' : `/uids/${spell(uid)}`}${rest}`;
        const ofUid = uid === null ? '' : `&uid=${encodeURIComponent(uid)}`;
        const query = `limit=1&group=${encodeURIComponent(group)}${ofUid}`;
        expect(received(pathOf(encode), query)).toEqual([pathOf(encodeURIComponent), 'limit=1']);
      }),
    );
  });
});
