import * as v from 'valibot';
import type { CloseResult, DisconnectResult } from '../../protocol/answers/disconnect.ts';
import { FrameErrorCode } from '../../protocol/frame-error.ts';
import { MAX_BLOCK_SECONDS } from '../../protocol/limits.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import { isSelected, type Selection } from '../../protocol/selection.ts';
import { closeConnection } from '../connection/retrying-connections.ts';
import { readQuery, unusableUid } from '../http/request-url.ts';
import { type HttpResponse, isoTime, jsonResponse, problemResponse } from '../http/response.ts';
import type { HttpRequest, Route } from '../http/router.ts';
import { selectionEntries, selectionOf, selectionParameters } from '../http/selection-query.ts';
import type { RevocationTable } from '../identity/revocation.ts';
import { hashed, logInfo } from '../log.ts';
import { forgetConnection, forgetUnregistered } from '../registration/forget-connection.ts';
import type { RequestScope } from '../request-scope.ts';
import type { ConnectionTable } from '../table/connection-table.ts';

export type DisconnectDependencies = Pick<RequestScope, 'connections' | 'limitTableRequests' | 'clock'> & {
  table: ConnectionTable;
  /** @default tokens can't be revoked */
  revocation?: Revoking;
};

type Revoking = {
  table: Pick<RevocationTable, 'revoke' | 'block'>;
  /** The longest that a token may be valid. */
  maxTokenSeconds: number;
};

/** Maximum difference of the clocks of this service and of the signer of tokens. */
const clockToleranceSeconds = 60;

const revokeRule =
  'revoke has no value, or the time of the last token to refuse: epoch seconds, not later than now';
const blockRule = `block is a whole number of seconds up to ${MAX_BLOCK_SECONDS}; 0 ends a block`;

const querySchema = v.object({
  ...selectionEntries,
  revoke: v.optional(v.pipe(v.string(), v.regex(/^(|\d{1,12})$/, revokeRule))),
  block: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,9}$/, blockRule),
      v.transform(Number),
      v.maxValue(MAX_BLOCK_SECONDS, blockRule),
    ),
  ),
});

export const disconnectRoute: Route<DisconnectDependencies> = {
  method: 'DELETE',
  path: '/uids/:uid',
  parameters: ['revoke', 'block'],
  repeatable: selectionParameters,
  async handle({ params, query }: HttpRequest, dependencies): Promise<HttpResponse> {
    const { uid = '' } = params;
    const read = readQuery(query, querySchema);
    if ('problem' in read) return read.problem;
    const problem = unusableUid(uid);
    if (problem) return problem;
    const { revoke, block, ...names } = read.value;
    const selection = selectionOf(names);
    if (revoke === undefined && block === undefined) {
      return jsonResponse(await disconnectUid(uid, selection, dependencies));
    }
    const { revocation, clock } = dependencies;
    if (revocation === undefined) return invalid('revoke and block need a deployment with revocation=true');
    const now = Math.floor(clock.now() / 1_000);
    const through = revoke === undefined ? undefined : revoke === '' ? now : Number(revoke);
    if (through !== undefined && through > now + clockToleranceSeconds) return invalid(revokeRule);
    // First: a registration that is under way finds it, or is found. See `RevocationTable`.
    const refused = await refuseTokens(uid, through, block, revocation, clock.now());
    return jsonResponse({ ...(await disconnectUid(uid, selection, dependencies)), ...refused });
  },
};

function invalid(detail: string): HttpResponse {
  return problemResponse(ProblemCode.invalidRequest, detail);
}

/**
 * Refuses tokens of the uid from now on: those that were issued up to `through`, in epoch seconds, until none of them
 * can be valid any more; and all for `blockSeconds`. `now`: milliseconds since the epoch.
 */
async function refuseTokens(
  uid: string,
  through: number | undefined,
  blockSeconds: number | undefined,
  { table, maxTokenSeconds }: Revoking,
  now: number,
): Promise<Pick<DisconnectResult, 'revokedThrough' | 'blockedUntil'>> {
  const blockedUntil = blockSeconds === undefined ? undefined : now + blockSeconds * 1_000;
  if (through !== undefined)
    await table.revoke(uid, through, through + maxTokenSeconds + clockToleranceSeconds);
  if (blockedUntil !== undefined) await table.block(uid, blockedUntil);
  return {
    ...(through !== undefined && { revokedThrough: isoTime(through * 1_000) }),
    ...(blockedUntil !== undefined && { blockedUntil: isoTime(blockedUntil) }),
  };
}

const disconnected = { code: FrameErrorCode.disconnected, message: 'the backend closed this connection' };

/**
 * Closes the connections of a uid that are selected, by default all, and forgets them. One that could not be closed is
 * not forgotten: it may live, and a living connection keeps its row.
 */
export async function disconnectUid(
  uid: string,
  selection: Selection | undefined,
  { table, connections, limitTableRequests, clock }: DisconnectDependencies,
): Promise<DisconnectResult> {
  const found = await limitTableRequests(() => table.connectionsOf(uid, clock.now()));
  const unwanted = found.filter((connection) => isSelected(connection, selection));
  const excluded = found.length - unwanted.length;
  const result = { uid, closed: 0, gone: 0, failed: 0, ...(selection && { excluded }) };
  await Promise.all(
    unwanted.map(async (connection) => {
      const { connectionId } = connection;
      const outcome = await closeConnection(connections, connection, disconnected);
      result[outcome]++;
      if (outcome === 'failed') return;
      await limitTableRequests(() => forgetConnection(table, uid, connectionId, outcome, clock.now()));
    }),
  );
  const { closed, gone, failed } = result;
  logInfo('disconnected-uid', () => ({ ...hashed(uid), closed, gone, failed }));
  return result;
}

/**
 * What an id may consist of. AWS does not document the form of its ids; those that have been seen are 15 characters of
 * base64url and a `=`. Anything else, such as `..`, must not get into the path of a request to API Gateway.
 */
const possibleId = /^[A-Za-z0-9+/_=-]{1,128}$/;

export const closeRoute: Route<DisconnectDependencies> = {
  method: 'DELETE',
  path: '/connections/:connectionId',
  async handle({ params: { connectionId = '' } }, dependencies) {
    const result = possibleId.test(connectionId) ? await closeById(connectionId, dependencies) : undefined;
    return result
      ? jsonResponse(result)
      : problemResponse(
          ProblemCode.unknownConnection,
          'there is no such connection, or it was closed a while ago',
        );
  },
};

/**
 * Closes a connection, registered or not, and forgets it, unless it could not be closed: then it may live, and a living
 * connection keeps its rows. Returns `undefined` if it is gone and nothing is known of it. For a minute after a close
 * its mark is known, so a request that is repeated finds it `gone`.
 */
export async function closeById(
  connectionId: string,
  { table, connections, clock }: Pick<DisconnectDependencies, 'table' | 'connections' | 'clock'>,
): Promise<CloseResult | undefined> {
  const registration = await table.registrationOf(connectionId);
  if (registration !== undefined && 'uid' in registration) {
    const { uid, isFramed } = registration;
    const outcome = await closeConnection(connections, { connectionId, isFramed }, disconnected);
    if (outcome !== 'failed') await forgetConnection(table, uid, connectionId, outcome, clock.now());
    return { connection: connectionId, uid, ...counted(outcome) };
  }
  const outcome = await connections.close(connectionId);
  if (outcome === 'gone' && registration === undefined) return undefined;
  if (outcome === 'closed') await forgetUnregistered(table, connectionId, clock.now());
  return { connection: connectionId, ...counted(outcome) };
}

function counted(outcome: 'closed' | 'gone' | 'failed'): Pick<CloseResult, 'closed' | 'gone' | 'failed'> {
  return { closed: 0, gone: 0, failed: 0, [outcome]: 1 };
}
