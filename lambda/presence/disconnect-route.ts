import * as v from 'valibot';
import { FrameErrorCode } from '../../protocol/frame-error.ts';
import type { DisconnectResult } from '../../protocol/push-api.ts';
import { closeConnection } from '../connection/close-connection.ts';
import { readQuery, unusableUid } from '../http/request-url.ts';
import { type HttpResponse, jsonResponse } from '../http/response.ts';
import type { HttpRequest, Route } from '../http/router.ts';
import { forgetConnection } from '../registration/forget-connection.ts';
import type { RequestScope } from '../request-scope.ts';
import type { ConnectionTable } from '../table/connection-table.ts';

export type DisconnectDependencies = Pick<
  RequestScope,
  'connections' | 'limitConnectionRequests' | 'limitTableRequests' | 'clock'
> & { table: ConnectionTable };

const querySchema = v.object({
  except: v.optional(v.pipe(v.string(), v.nonEmpty('except must be the id of a connection'))),
});

export const disconnectRoute: Route<DisconnectDependencies> = {
  method: 'DELETE',
  path: '/uids/:uid',
  parameters: ['except'],
  async handle({ params, query }: HttpRequest, dependencies): Promise<HttpResponse> {
    const { uid = '' } = params;
    const read = readQuery(query, querySchema);
    if ('problem' in read) return read.problem;
    return unusableUid(uid) ?? jsonResponse(await disconnectUid(uid, read.value.except, dependencies));
  },
};

const disconnected = { code: FrameErrorCode.disconnected, message: 'the backend closed this connection' };

/**
 * Closes the connections of a uid, all but `except`, and forgets them. One that could not be closed is not forgotten:
 * it may live, and a living connection keeps its row.
 */
export async function disconnectUid(
  uid: string,
  except: string | undefined,
  { table, connections, limitConnectionRequests, limitTableRequests, clock }: DisconnectDependencies,
): Promise<DisconnectResult> {
  const result = { uid, closed: 0, gone: 0, failed: 0 };
  const found = await limitTableRequests(() => table.connectionsOf(uid, clock.now()));
  const unwanted = found.filter(({ connectionId }) => connectionId !== except);
  await Promise.all(
    unwanted.map(async (connection) => {
      const { connectionId } = connection;
      const outcome = await limitConnectionRequests(() =>
        closeConnection(connections, connection, disconnected),
      );
      result[outcome]++;
      if (outcome === 'failed') return;
      await limitTableRequests(() => forgetConnection(table, uid, connectionId, outcome, clock.now()));
    }),
  );
  return result;
}
