import { randomUUID } from 'node:crypto';
import type { MulticastAccepted } from '../../protocol/answers/multicast.ts';
import { MAX_UIDS_AT_ONCE } from '../../protocol/limits.ts';
import type { MulticastRequest } from '../../protocol/multicast-request.ts';
import { type Refusal, RefusalCode, refuse } from '../../protocol/refusal.ts';
import {
  Claim,
  claimKey,
  fingerprintOf,
  type KeyProblem,
  multicastRequestName,
} from '../idempotency/claim-key.ts';
import type { RequestTable } from '../idempotency/request-table.ts';
import { pushMetrics } from '../metrics/metrics.ts';
import { type DeliveryDependencies, newDelivery, type UidDelivery } from '../push/deliver.ts';
import type { PushOptions } from '../push/push-options.ts';
import { type Mailing, type MulticastOutcome, outcomeOf, pushToAll } from './push-to-all.ts';
import { type StartDependencies, startMulticast } from './start-multicast.ts';

const MAX_CONCURRENT_UIDS = 200;

/** Answer to a multicast, at once or when it has started. */
export type MulticastAnswer = MulticastOutcome | MulticastAccepted;

type Dependencies = DeliveryDependencies &
  Pick<StartDependencies, 'clock' | 'traceparent'> & {
    /** Absent where all is done at once. */
    multicasts?: StartDependencies['multicasts'];
    queue?: StartDependencies['queue'];
    /** Multicasts that came with an idempotency key. */
    multicastRequests: RequestTable<MulticastAnswer>;
  };

/**
 * Pushes a message to many uids; with an idempotency key, once.
 *
 * @param prefersBackground Whether it is done in the background even if it is for few.
 */
export async function multicast(
  request: MulticastRequest,
  options: PushOptions,
  idempotencyKey: string | undefined,
  prefersBackground: boolean,
  dependencies: Dependencies,
): Promise<MulticastAnswer | Refusal | KeyProblem> {
  const { multicasts, queue } = dependencies;
  const isMany = request.uids.length > MAX_UIDS_AT_ONCE;
  const background = multicasts && queue && { ...dependencies, multicasts, queue };
  if (isMany && background === undefined) return tooMany;
  const perform = ({ id, mayBeDone }: Pick<Mailing, 'id' | 'mayBeDone'>) => {
    const mailing = { id, mayBeDone, uids: request.uids, text: request.text, options };
    return background && (isMany || prefersBackground)
      ? startMulticast(mailing, background)
      : pushAtOnce(mailing, dependencies);
  };
  if (idempotencyKey === undefined) return perform({ id: randomUUID(), mayBeDone: false });
  const fingerprint = fingerprintOf(request.lines, options.ttlSeconds, options.selection);
  const claim = await claimKey(multicastRequestName(idempotencyKey), fingerprint, {
    ...dependencies,
    requests: dependencies.multicastRequests,
  });
  if (!(claim instanceof Claim)) return claim;
  return claim.endWith(perform(claim));
}

/** Returns a refusal if it could be done for none of the uids. */
async function pushAtOnce(
  mailing: Mailing,
  dependencies: DeliveryDependencies,
): Promise<MulticastOutcome | Refusal> {
  const { clock, lastAttemptAt, recordMetrics } = dependencies;
  const startedAt = clock.now();
  const progression = { maxConcurrentUids: MAX_CONCURRENT_UIDS, beginUntil: lastAttemptAt };
  const begun = await pushToAll(mailing, progression, dependencies);
  const deliveries = [...begun, ...mailing.uids.slice(begun.length).map((uid) => notBegun(uid, mailing))];
  const results = deliveries.map(({ result, refusal }) => refusal ?? result);
  recordMetrics(pushMetrics(results, clock.now() - startedAt));
  return refusalOf(deliveries) ?? outcomeOf(deliveries, mailing.options);
}

function notBegun(uid: string, { id, text }: Mailing): UidDelivery {
  return { ...newDelivery(uid, { id, text }), refusal: outOfTime };
}

/** Nothing was done for any of the uids, or that is not known. */
function refusalOf(deliveries: readonly UidDelivery[]): Refusal | undefined {
  const refusals = deliveries.flatMap(({ refusal }) => refusal ?? []);
  if (refusals.length < deliveries.length) return undefined;
  return refusals.find(({ code }) => code === RefusalCode.unconfirmed) ?? refusals[0];
}

const tooMany = refuse(
  RefusalCode.tooLarge,
  `by this URL a multicast may have ${MAX_UIDS_AT_ONCE} uids; this one has more`,
);
const outOfTime = refuse(RefusalCode.unavailable, 'there was no time left; nothing was pushed to this uid');
