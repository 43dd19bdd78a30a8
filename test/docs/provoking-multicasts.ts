import { expect } from 'vitest';
import type { GroupPushAccepted } from '../../protocol/answers/groups.ts';
import type { MulticastAccepted, MulticastStatus } from '../../protocol/answers/multicast.ts';
import { MAX_MULTICAST_UIDS } from '../../protocol/limits.ts';
import { patience, type RunningStack } from '../e2e/running-stack.ts';
import type { Provoke, ProvokingRequest } from './provoking-requests.ts';

const json = 'application/json';
const ndjson = 'application/x-ndjson';

function multicast(uids: readonly unknown[], headers: Record<string, string> = {}): ProvokingRequest {
  return {
    method: 'POST',
    path: 'multicast',
    type: ndjson,
    body: `${JSON.stringify({ uids })}\n{}`,
    headers,
  };
}

function get(path: string): ProvokingRequest {
  return { method: 'GET', path: `multicasts/${path}` };
}

/** Starts one in the background, and returns its id. */
async function started(stack: RunningStack, headers: Record<string, string> = {}): Promise<string> {
  const response = await stack.request('POST', 'multicast', {
    body: '{"uids":["u1","u2"]}\n{}',
    headers: { ...headers, prefer: 'respond-async', 'content-type': ndjson },
  });
  return ((await response.json()) as MulticastAccepted).multicast;
}

async function startedForGroup(stack: RunningStack): Promise<string> {
  const headers = { prefer: 'respond-async' };
  const response = await stack.request('POST', 'groups/g/push', { body: '{"n":1}', headers });
  return ((await response.json()) as GroupPushAccepted).multicast;
}

async function finished(stack: RunningStack, start = started): Promise<string> {
  const id = await start(stack);
  const state = async () => (await stack.json<MulticastStatus>('GET', `multicasts/${id}`)).state;
  await expect.poll(state, patience).toBe('finished');
  return id;
}

/** By operation, status and variant: the requests about multicasts that are done in the background. */
export const provokingMulticasts: Record<string, readonly Provoke[]> = {
  [`multicast 202 ${json}`]: [
    multicast(Array.from({ length: MAX_MULTICAST_UIDS }, (_, number) => number)),
    multicast(['u1'], { prefer: 'respond-async' }),
  ],
  [`multicastStatus 200 ${json}`]: [
    async (stack) => get(await started(stack)),
    async (stack) => get(await started(stack, { ttl: '60' })),
    async (stack) => get(await finished(stack)),
    async (stack) => get(await startedForGroup(stack)),
    async (stack) => get(await finished(stack, startedForGroup)),
  ],
  'multicastStatus 400 invalid-request': [get('%E0%A4%A'), get('x?id=y')],
  'multicastStatus 404 unknown-multicast': [get('none'), get('x'.repeat(3_000))],
  ...uidsRequests('multicastOffline', 'offline'),
  ...uidsRequests('multicastUnavailable', 'unavailable'),
};

function uidsRequests(operation: string, name: string): Record<string, readonly Provoke[]> {
  return {
    [`${operation} 200 ${json}`]: [
      async (stack) => get(`${await started(stack)}/${name}`),
      async (stack) => get(`${await finished(stack)}/${name}?limit=1&after=0`),
    ],
    [`${operation} 400 invalid-request`]: ['limit=0', 'limit=501', 'after=x', 'after=-1', 'other=1'].map(
      (query) => get(`x/${name}?${query}`),
    ),
    [`${operation} 404 unknown-multicast`]: [get(`none/${name}`)],
  };
}
