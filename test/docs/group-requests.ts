import { MAX_GROUP_CONNECTIONS_AT_ONCE, MAX_GROUPS, MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import type { RunningStack } from '../e2e/running-stack.ts';
import type { Provoke, ProvokingRequest } from './provoking-requests.ts';

const json = 'application/json';
const unreadable = '%E0%A4%A';
const tooLongGroup = 'x'.repeat(257);
const tooLongUid = 'x'.repeat(1_025);
const tooLong = 'x'.repeat(MAX_MESSAGE_BYTES + 1);

/** A request of each operation on groups that does no harm. */
export const plainGroupRequests: Record<string, ProvokingRequest> = {
  pushToGroup: push('g', '{}'),
  putIntoGroup: { method: 'PUT', path: 'groups/g/uids/u1' },
  takeOutOfGroup: { method: 'DELETE', path: 'groups/g/uids/u1' },
  showGroup: { method: 'GET', path: 'groups/g' },
  removeGroup: { method: 'DELETE', path: 'groups/g' },
  groupsOfUid: { method: 'GET', path: 'uids/u1/groups' },
};

/** The requests that have each documented answer about groups. */
export const groupRequests: Record<string, readonly Provoke[]> = {
  [`pushToGroup 200 ${json}`]: [
    push('nobody', '{"hi":1}'),
    { ...push('nobody', '{"hi":1}'), path: 'groups/nobody/push?except=a&only=b' },
    { ...push('nobody', '{"hi":1}'), headers: { 'idempotency-key': 'k1' } },
    async (stack) => {
      await put(stack, 'full', 'in-full');
      await stack.browser('in-full');
      return push('full', '{"uid":7}');
    },
  ],
  [`pushToGroup 202 ${json}`]: [
    { ...push('g', '{"hi":1}'), headers: { prefer: 'respond-async' } },
    { ...push('g', '{"hi":1}'), headers: { 'idempotency-key': 'k2', prefer: 'wait=10, respond-async' } },
    async (stack) => {
      await stack.fillGroup('crowd', MAX_GROUP_CONNECTIONS_AT_ONCE + 1);
      return push('crowd', '{}');
    },
  ],
  'pushToGroup 400 invalid-request': [
    { ...push('g', '{}'), headers: { ttl: '60' } },
    { ...push('g', '{}'), path: 'groups/g/push?ttl=60' },
    { ...push('g', '{}'), path: `groups/${unreadable}/push` },
    { ...push('g', '{}'), headers: { 'idempotency-key': '' } },
  ],
  'pushToGroup 400 invalid-utf8': [push('g', Uint8Array.of(0x22, 0xff, 0x22), 'application/octet-stream')],
  'pushToGroup 400 invalid-json': [push('g', ''), push('g', '{"a":')],
  'pushToGroup 400 not-an-object': [push('g', '[]'), push('g', 'null')],
  'pushToGroup 400 unusable-group': [push(tooLongGroup, '{}')],
  'pushToGroup 413 too-large': [push('g', `{"text":"${tooLong}"}`)],
  'pushToGroup 415 unsupported-media-type': [
    push('g', '{}', 'application/json; charset=gbk'),
    push('g', '{}', 'application/x-ndjson'),
    { ...push('g', '{}'), headers: { 'content-encoding': 'gzip' } },
  ],
  'pushToGroup 422 idempotency-key-reused': [
    async (stack) => {
      const headers = { 'idempotency-key': 'reused' };
      await stack.request('POST', 'groups/g/push', { body: '{"n":1}', headers });
      return { ...push('g', '{"n":2}'), headers };
    },
  ],
  [`putIntoGroup 200 ${json}`]: [
    { method: 'PUT', path: 'groups/%E7%BE%A4/uids/a%2Fb' },
    { method: 'PUT', path: 'groups/g/uids/timed', headers: { ttl: '60' } },
  ],
  'putIntoGroup 400 invalid-request': [
    { method: 'PUT', path: 'groups/g/uids/u1', body: '{}' },
    ...['0', '-1', '1.5', '31536001', ''].map((ttl) => ({
      method: 'PUT',
      path: 'groups/g/uids/u1',
      headers: { ttl },
    })),
  ],
  'putIntoGroup 409 too-many-groups': [
    async (stack) => {
      for (let n = 0; n < MAX_GROUPS; n++) await put(stack, `g${n}`, 'in-many');
      return { method: 'PUT', path: 'groups/one-more/uids/in-many' };
    },
  ],
  ...ofNames('putIntoGroup', 'PUT', 'groups/:group/uids/:uid'),
  [`takeOutOfGroup 200 ${json}`]: [
    { method: 'DELETE', path: 'groups/g/uids/nobody' },
    async (stack) => {
      await put(stack, 'out', 'taken-out');
      return { method: 'DELETE', path: 'groups/out/uids/taken-out' };
    },
  ],
  'takeOutOfGroup 400 invalid-request': [{ method: 'DELETE', path: 'groups/g/uids/u1?now' }],
  ...ofNames('takeOutOfGroup', 'DELETE', 'groups/:group/uids/:uid'),
  [`showGroup 200 ${json}`]: [
    { method: 'GET', path: 'groups/empty' },
    async (stack) => {
      for (const uid of ['p1', 'p2', 'p3']) await put(stack, 'paged', uid);
      return { method: 'GET', path: 'groups/paged?limit=2' };
    },
    { method: 'GET', path: 'groups/paged?limit=500&after=p1' },
  ],
  'showGroup 400 invalid-request': ['limit=0', 'limit=501', 'after=', 'x=1'].map((query) => ({
    method: 'GET',
    path: `groups/g?${query}`,
  })),
  ...ofNames('showGroup', 'GET', 'groups/:group'),
  [`removeGroup 200 ${json}`]: [
    { method: 'DELETE', path: 'groups/nobody' },
    async (stack) => {
      await put(stack, 'removed', 'u1');
      return { method: 'DELETE', path: 'groups/removed' };
    },
  ],
  'removeGroup 400 invalid-request': [{ method: 'DELETE', path: 'groups/g?now' }],
  ...ofNames('removeGroup', 'DELETE', 'groups/:group'),
  [`groupsOfUid 200 ${json}`]: [
    { method: 'GET', path: 'uids/nobody/groups' },
    async (stack) => {
      await put(stack, 'some', 'in-some');
      return { method: 'GET', path: 'uids/in-some/groups' };
    },
  ],
  'groupsOfUid 400 invalid-request': [{ method: 'GET', path: 'uids/u1/groups?limit=1' }],
  ...ofNames('groupsOfUid', 'GET', 'uids/:uid/groups'),
};

/** Names that can't be ones, in each place of a path where it has one. */
function ofNames(operation: string, method: string, path: string): Record<string, readonly Provoke[]> {
  const filled = (group: string, uid: string) => path.replace(':group', group).replace(':uid', uid);
  return {
    ...(path.includes(':group') && {
      [`${operation} 400 unusable-group`]: [{ method, path: filled(tooLongGroup, 'u1') }],
    }),
    ...(path.includes(':uid') && {
      [`${operation} 400 unusable-uid`]: [{ method, path: filled('g', tooLongUid) }],
    }),
  };
}

async function put(stack: RunningStack, group: string, uid: string): Promise<void> {
  await stack.request('PUT', `groups/${group}/uids/${uid}`);
}

function push(group: string, body: string | Uint8Array<ArrayBuffer>, type = json): ProvokingRequest {
  return { method: 'POST', path: `groups/${group}/push`, type, body };
}
