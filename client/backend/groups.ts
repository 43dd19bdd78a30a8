import * as v from 'valibot';
import type {
  GroupMember,
  GroupPage,
  GroupPushAccepted,
  GroupPushResult,
  GroupPushStatus,
  GroupRemoval,
  MembershipResult,
  UidGroups,
} from '../../protocol/answers/groups.ts';
import { groupPath, idSegment, queryOf, uidPath } from './address.ts';
import { type Answer, count, parseAnswer, time } from './answers.ts';
import { groupPushParts, membershipHeaders, pageOptionsOf, startGroupPushParts } from './call-options.ts';
import type { ClientOptions } from './client-options.ts';
import { groupPushCounts, pushToGroup } from './group-push.ts';
import type { HttpClient } from './http-client.ts';
import { type MulticastMessage, messageBytes } from './message-bytes.ts';
import type {
  GroupPushOptions,
  MembershipOptions,
  OnlineUidsOptions,
  StartGroupPushOptions,
} from './options.ts';
import { PushError, PushErrorCode } from './push-error.ts';
import { untilFinished } from './until-finished.ts';

/** Groups, in a deployment with `groups=true`. */
export type Groups = {
  /**
   * Pushes one message, a JSON object or its text, to every connection of a group. It is not stored. To more than 5,000
   * connections it is done in the background: this waits for its end, as `waitMs` says.
   *
   * @example
   * ```ts
   * await client.groups.add('room-7', 'u1');
   * const { delivered } = await client.groups.push('room-7', { title: 'Goal!' }, { except: 'laptop' });
   * console.log(delivered); // 1
   * ```
   */
  push(group: string, message: MulticastMessage, options?: GroupPushOptions): Promise<GroupPushResult>;
  /**
   * The same, always in the background, without a wait for its end. Resolves to the id that `pushStatus` takes for a
   * week.
   *
   * @example
   * ```ts
   * const { multicast } = await client.groups.startPush('room-7', { title: 'Goal!' });
   * console.log(multicast); // …
   * ```
   */
  startPush(
    group: string,
    message: MulticastMessage,
    options?: StartGroupPushOptions,
  ): Promise<GroupPushAccepted>;
  /**
   * Resolves to the progress of a push that is done in the background. An id of none is a `PushError` with the code
   * `unknown-multicast`.
   *
   * @example
   * ```ts
   * const { multicast } = await client.groups.startPush('room-11', { title: 'Goal!' });
   * while ((await client.groups.pushStatus(multicast)).state === 'running');
   * console.log((await client.groups.pushStatus(multicast)).delivered); // 0
   * ```
   */
  pushStatus(id: string): Promise<GroupPushStatus>;
  /**
   * Puts a uid into a group: all its connections, and those to come, until it is removed or its time is over. A uid is
   * in 16 groups at most: the next is a `PushError` with the code `too-many-groups`.
   *
   * @example
   * ```ts
   * const { connections } = await client.groups.add('room-7', 'u1', { ttlSeconds: 3_600 });
   * console.log(connections); // 1
   * ```
   */
  add(group: string, uid: string, options?: MembershipOptions): Promise<MembershipResult>;
  /**
   * Takes a uid out of a group, with every connection, also those that have joined by themselves.
   *
   * @example
   * ```ts
   * await client.groups.add('room-8', 'u1');
   * console.log(await client.groups.remove('room-8', 'u1')); // { group: 'room-8', uid: 'u1', connections: 1 }
   * ```
   */
  remove(group: string, uid: string): Promise<MembershipResult>;
  /**
   * Resolves to a page of the members of a group, in no order, and on the first page to how many there are; `after` of
   * one page asks for the next, and a page without it is the last.
   *
   * @example
   * ```ts
   * await client.groups.add('room-9', 'u1');
   * const { added, connections, members } = await client.groups.members('room-9');
   * console.log(added, connections, members); // 1 1 [ { uid: 'u1', connections: 1, added: true } ]
   * ```
   */
  members(group: string, page?: OnlineUidsOptions): Promise<GroupPage>;
  /**
   * Resolves to the groups of a uid: those that it was put into, and those that its connections have joined.
   *
   * @example
   * ```ts
   * await client.groups.add('room-7', 'u2');
   * console.log(await client.groups.of('u2')); // { uid: 'u2', groups: [ { group: 'room-7', added: true } ] }
   * ```
   */
  of(uid: string): Promise<UidGroups>;
  /**
   * Takes everybody out of a group, in as many requests as it takes. Resolves to how many uids, and open connections of
   * theirs, were in.
   *
   * @example
   * ```ts
   * await client.groups.add('room-10', 'u1');
   * console.log(await client.groups.clear('room-10')); // { group: 'room-10', uids: 1, connections: 1 }
   * ```
   */
  clear(group: string): Promise<Omit<GroupRemoval, 'more'>>;
};

/** More requests than it takes to empty the largest group that can be pushed to. */
const maxRequests = 1_000;

export function groupsBy(
  http: HttpClient,
  { retries, ...clock }: Pick<ClientOptions, 'retries' | 'sleep' | 'now'>,
): Groups {
  const request = async <Result>(
    schema: Answer<Result>,
    method: 'GET' | 'PUT' | 'DELETE',
    path: string,
    headers: Record<string, string> = {},
  ): Promise<Result> => parseAnswer(schema, await http.request({ method, path, headers }));
  const pushStatus = (id: string) =>
    request(pushStatusAnswer, 'GET', `multicasts/${idSegment(id, 'multicast')}`);
  return {
    push: async (group, message, options = {}) => {
      const { wait, ...parts } = groupPushParts(options, retries);
      const answer = await pushToGroup(http, group, messageBytes(message), parts);
      if (!('multicast' in answer)) return answer;
      const id = answer.multicast;
      const status = await untilFinished(`push ${id}`, () => pushStatus(id), wait, clock);
      const { delivered, gone, failed, excluded } = status;
      return { group, delivered, gone, failed, excluded };
    },
    startPush: async (group, message, options = {}) => {
      const { headers, ...parts } = startGroupPushParts(options, retries);
      const inBackground = { ...parts, headers: { ...headers, prefer: 'respond-async' } };
      const answer = await pushToGroup(http, group, messageBytes(message), inBackground);
      if ('multicast' in answer) return answer;
      throw new PushError(PushErrorCode.unexpectedAnswer, 'The push was done at once.');
    },
    pushStatus: async (id) => pushStatus(id),
    add: async (group, uid, options = {}) =>
      request(membership, 'PUT', `${groupPath(group)}/${uidPath(uid)}`, membershipHeaders(options)),
    remove: async (group, uid) => request(membership, 'DELETE', `${groupPath(group)}/${uidPath(uid)}`),
    members: async (group, page = {}) =>
      request(groupPage, 'GET', `${groupPath(group)}${queryOf(pageOptionsOf('groups.members', page))}`),
    of: async (uid) => request(uidGroups, 'GET', `${uidPath(uid)}/groups`),
    clear: async (group) => {
      const removed = { group, uids: 0, connections: 0 };
      for (let requests = 0; requests < maxRequests; requests++) {
        const { uids, connections, more } = await request(removal, 'DELETE', groupPath(group));
        removed.uids += uids;
        removed.connections += connections;
        if (!more) break;
      }
      return removed;
    },
  };
}

const pushStatusAnswer: Answer<GroupPushStatus> = v.object({
  ...groupPushCounts,
  multicast: v.string(),
  state: v.picklist(['running', 'finished']),
  startedAt: time,
  finishedAt: v.exactOptional(time),
});

const membership: Answer<MembershipResult> = v.object({
  group: v.string(),
  uid: v.string(),
  connections: count,
  until: v.exactOptional(time),
});

const member: Answer<GroupMember> = v.object({
  uid: v.string(),
  connections: count,
  added: v.exactOptional(v.literal(true)),
  until: v.exactOptional(time),
});

const groupPage: Answer<GroupPage> = v.object({
  group: v.string(),
  added: v.exactOptional(count),
  connections: v.exactOptional(count),
  members: v.array(member),
  after: v.exactOptional(v.string()),
});

const removal: Answer<GroupRemoval> = v.object({
  group: v.string(),
  uids: count,
  connections: count,
  more: v.exactOptional(v.literal(true)),
});

const uidGroups: Answer<UidGroups> = v.object({
  uid: v.string(),
  groups: v.array(
    v.object({
      group: v.string(),
      added: v.exactOptional(v.literal(true)),
      until: v.exactOptional(time),
      joined: v.exactOptional(count),
    }),
  ),
});
