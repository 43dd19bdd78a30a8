import type { Clock } from '../../protocol/clock.ts';
import { type FrameError, FrameErrorCode } from '../../protocol/frame-error.ts';
import { errorFrame, parseRegisterFrame, registeredFrame } from '../../protocol/frames.ts';
import { leftFrame } from '../../protocol/group.ts';
import { type WatchedUser, watchingFrame } from '../../protocol/watch.ts';
import type { RetryingConnections } from '../connection/retrying-connections.ts';
import type { GroupTable } from '../groups/group-table.ts';
import { noteGroupsClaim } from '../groups/join.ts';
import type { ClaimRule } from '../identity/claim-rule.ts';
import { type Identify, isProven, type Proven, type Refused } from '../identity/identity.ts';
import { type RevocationTable, revocationError } from '../identity/revocation.ts';
import { isTokenRefusal } from '../identity/token.ts';
import type { Incoming } from '../incoming.ts';
import { errorName, hashed, logError, logInfo, logWarning } from '../log.ts';
import type { BothTables } from '../messages/both-tables.ts';
import { type PageDependencies, type ReplayPage, readPage, sendPage } from '../messages/replay.ts';
import type { RecordMetrics } from '../metrics/metrics.ts';
import { MetricName, REGISTER_TIMEOUT_SECONDS } from '../names.ts';
import { type ArrivalDependencies, announceArrival } from '../presence/announce.ts';
import { logRefusal } from '../refusal-log.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import { noteWatchClaim, type WatchDependencies } from '../watch/watch.ts';
import { CONNECTION_LIFE_MS, connectionExpiry } from './connection-life.ts';
import { type FirstMessageRules, plainCredential } from './first-message.ts';
import { keepNewest } from './keep-newest.ts';
import { registerFramedConnection, registerPlainConnection } from './register-connection.ts';
import { refuseUnrouted } from './unrouted-frame.ts';

export type RegistrationDependencies = PageDependencies & {
  table: ConnectionTable;
  bothTables: Pick<BothTables, 'registrationAndLatest'>;
  connections: RetryingConnections;
  clock: Pick<Clock, 'now'>;
  identify: Identify;
  /** The member of a register frame that is the credential. */
  credentialName: 'token' | 'uid';
  /** @default every message of a plain socket is a credential as it is */
  firstMessageRules?: FirstMessageRules;
  /** @default tokens can't be revoked */
  revocations?: Pick<RevocationTable, 'revocationOf'>;
  /** @default arrivals are not announced */
  arrivals?: ArrivalDependencies;
  /** Whether a new connection of a uid closes its older ones. */
  isSingle: boolean;
  /** @default there are no groups */
  groupTable?: GroupTable;
  joinRule?: ClaimRule;
  /** @default pages watch nobody */
  watching?: WatchDependencies['watching'];
  recordMetrics: RecordMetrics;
};

/**
 * The first message of a plain socket is its credential, raw, or has it: see `FirstMessageRules`. Nothing is answered.
 * A connection that is not registered is closed when its credential is refused. A message that is no credential may be
 * data that was sent beside it, and whose function was faster, so it closes a connection only when that can't be
 * registered by an earlier message any more.
 *
 * A framed page comes here with what the deployment has no route for, and gets a refusal.
 *
 * @throws when the credential can't be checked or the tables can't be read or written
 */
export async function registerPlain(
  incoming: Incoming,
  dependencies: RegistrationDependencies,
): Promise<void> {
  const { connectionId, text } = incoming;
  const { table, revocations, connections } = dependencies;
  if (await refuseUnrouted(incoming, dependencies)) return;
  const found = plainCredential(text, dependencies.firstMessageRules);
  if (found === 'ignored') return;
  const proven = 'code' in found ? found : await identified(found.credential, incoming, dependencies);
  if (!isProven(proven)) {
    // A later message proves nothing and need not: it is data, or a heartbeat.
    if ((await table.registrationOf(connectionId)) !== undefined) return;
    recordRefusal(connectionId, proven, dependencies);
    if (!mayBeData(proven) || isLong(incoming)) await connections.close(connectionId);
    return;
  }
  const registered = await registerPlainConnection(table, incoming, proven, revocations);
  const { outcome } = registered;
  if (outcome === 'refused') {
    recordRefusal(connectionId, { ...registered.error, subject: proven.uid }, dependencies);
    await connections.close(connectionId);
  }
  if (outcome === 'registered') recordRegistration(connectionId, proven.uid, false, dependencies);
  if (outcome === 'registered' || outcome === 'extended') {
    await arrive(proven.uid, undefined, dependencies);
    await keepSingle(connectionId, proven.uid, dependencies);
  }
}

/**
 * `{"action":"register",…}`: answers `registered`, or an error and closes the socket. The answer is posted after the
 * rows are written, so every push from then on reaches a client that has received it. After it, with `since`, come the
 * stored messages that the client lacks. A connection whose first message was a plain one stays plain: it receives an
 * error, and stays open. A connection that was closed meanwhile receives nothing.
 */
export async function registerFramed(
  incoming: Incoming,
  dependencies: RegistrationDependencies,
): Promise<void> {
  const { connectionId, connectedAt } = incoming;
  const { connections, clock } = dependencies;
  const answer = await registerAndRead(incoming, dependencies);
  if (answer === 'closed') return;
  if ('code' in answer) {
    recordRefusal(connectionId, answer, dependencies);
    await connections.post(connectionId, errorFrame(answer));
    await connections.close(connectionId);
    return;
  }
  const { proven, isNew, isFramed, latest, page, expiresAt, leftGroups, stillWatched } = answer;
  const frame = isFramed
    ? registeredFrame({
        uid: proven.uid,
        connectionId,
        now: clock.now(),
        connectionExpiresAt: connectedAt + CONNECTION_LIFE_MS,
        // A token that was sent before may last longer than this one.
        ...(proven.expiresAt && { credentialExpiresAt: Math.max(proven.expiresAt, expiresAt) }),
        latest,
      })
    : errorFrame(plainConnection);
  const outcome = await connections.post(connectionId, frame);
  // The page waits in vain, and tries again; pushes reach it meanwhile.
  if (outcome === 'failed') dependencies.recordMetrics({ [MetricName.internalErrors]: 1 });
  for (const group of leftGroups) await connections.post(connectionId, leftFrame(group));
  if (stillWatched) await connections.post(connectionId, watchingFrame(stillWatched));
  if (page) await sendPage(page, proven.uid, connectionId, dependencies);
  if (isNew) recordRegistration(connectionId, proven.uid, true, dependencies);
  // After the answer: a client that replaces its own connection knows the new one before it loses the old one.
  await keepSingle(connectionId, proven.uid, dependencies);
}

type FramedAnswer = {
  proven: Proven;
  isNew: boolean;
  isFramed: boolean;
  latest: number;
  expiresAt: number;
  /** Which the connection had joined, and is not in any more. */
  leftGroups: readonly string[];
  /** All that the connection watches, if it is less than before. */
  stillWatched: readonly WatchedUser[] | undefined;
  page?: ReplayPage;
};

/** Writes the rows, and reads the first page of a replay, before anything is answered. Does not throw. */
async function registerAndRead(
  incoming: Incoming,
  dependencies: RegistrationDependencies,
): Promise<FramedAnswer | Refused | 'closed'> {
  const { credentialName, table, bothTables, revocations, isSingle } = dependencies;
  const frame = parseRegisterFrame(incoming.text, credentialName);
  if (frame === undefined) {
    return {
      code: FrameErrorCode.badFrame,
      message: `a register frame has a text "${credentialName}"${ofOthers}`,
    };
  }
  try {
    const proven = await identified(frame.credential, incoming, dependencies);
    if (!isProven(proven)) return proven;
    const known = isSingle ? await table.registrationOf(incoming.connectionId) : undefined;
    const registered = await registerFramedConnection(table, bothTables, incoming, proven, revocations, {
      ...frame,
      known,
    });
    if (registered.outcome === 'refused') return { ...registered.error, subject: proven.uid };
    if (registered.outcome === 'closed') return registered.outcome;
    if (registered.outcome === 'other-uid') return { ...otherUid, subject: proven.uid };
    const { outcome, isFramed, latest, expiresAt, isOnline } = registered;
    // Before the answer: a page that gets none registers again.
    await arrive(proven.uid, isOnline, dependencies);
    const isNew = outcome === 'registered';
    const noted = await noteClaims(incoming, proven, isNew, dependencies);
    const answer = { proven, isNew, isFramed, latest, expiresAt, ...noted };
    const { since = latest } = frame;
    if (since === latest || !isFramed) return answer;
    // If the log can't be read, the client is to receive an error in place of `registered`.
    const recipient = { ...registered, connectionId: incoming.connectionId };
    const page = await readPage(proven.uid, recipient, since, latest, dependencies);
    return { ...answer, latest: page.replayed.latest, page };
  } catch (error) {
    logError('register-failed', { error: errorName(error) });
    return {
      code: FrameErrorCode.unavailable,
      message: 'the registration could not be completed; try again',
    };
  }
}

/**
 * Notes which groups the token lets the connection join, and whom it lets it watch, before `registered` is answered.
 */
async function noteClaims(
  { connectionId, connectedAt }: Incoming,
  { uid, groups, watch }: Proven,
  isNew: boolean,
  { groupTable, joinRule, watching, clock }: RegistrationDependencies,
): Promise<Pick<FramedAnswer, 'leftGroups' | 'stillWatched'>> {
  const place = { uid, connectionId, expiresAt: connectionExpiry(connectedAt) };
  const notesGroups = groupTable !== undefined && joinRule === 'by-token';
  const leftGroups = notesGroups ? await noteGroupsClaim(place, groups, isNew, { groupTable, clock }) : [];
  const stillWatched =
    watching?.rule === 'by-token' ? await noteWatchClaim(place, watch, isNew, watching) : undefined;
  return { leftGroups, stillWatched };
}

/**
 * Identifies. With `sessions=single` a revoked token is refused here already, by one more read: for the moment that its
 * row is there, a registration of the uid's true user would give way to it.
 */
async function identified(
  credential: string,
  { receivedAt }: Incoming,
  { identify, isSingle, revocations }: RegistrationDependencies,
): Promise<Proven | Refused> {
  const proven = await identify(credential);
  if (!isProven(proven) || !isSingle || revocations === undefined) return proven;
  const error = revocationError(await revocations.revocationOf(proven.uid), proven, receivedAt);
  return error ? { ...error, subject: proven.uid } : proven;
}

/** Whether a message that was refused may be no credential at all. */
function mayBeData({ code }: FrameError): boolean {
  const codes: readonly FrameErrorCode[] = [
    FrameErrorCode.tokenMalformed,
    FrameErrorCode.tokenTooLarge,
    FrameErrorCode.unusableUid,
  ];
  return codes.includes(code);
}

/** Whether the connection has been open for longer than a message can be under way. */
function isLong({ connectedAt, receivedAt }: Incoming): boolean {
  return receivedAt - connectedAt > REGISTER_TIMEOUT_SECONDS * 1_000;
}

const ofOthers = '; "since" is a whole number, "device" a short text, "meta" a small object';
const plainConnection: FrameError = {
  code: FrameErrorCode.plainConnection,
  message: 'the first message of this connection was a plain one; register in frames on another',
};

const otherUid: FrameError = {
  code: FrameErrorCode.otherUid,
  message: 'this connection is registered as another uid',
};

function recordRegistration(
  connectionId: string,
  uid: string,
  isFramed: boolean,
  { recordMetrics }: Pick<RegistrationDependencies, 'recordMetrics'>,
): void {
  logInfo('registered', () => ({ connectionId, isFramed, ...hashed(uid) }));
  recordMetrics({ [MetricName.registrations]: 1 });
}

async function arrive(
  uid: string,
  isOnline: boolean | undefined,
  { arrivals }: RegistrationDependencies,
): Promise<void> {
  if (arrivals) await announceArrival(uid, isOnline, arrivals);
}

/**
 * With `sessions=single`, closes the older connections of the uid. Also for a connection that was registered before:
 * while its token had ended, or its row was lost, no registration of a newer one found it.
 */
async function keepSingle(
  connectionId: string,
  uid: string,
  dependencies: RegistrationDependencies,
): Promise<void> {
  if (dependencies.isSingle) await keepNewest(uid, connectionId, dependencies);
}

function recordRefusal(
  connectionId: string,
  error: Refused,
  { recordMetrics }: Pick<RegistrationDependencies, 'recordMetrics'>,
): void {
  const { code, subject } = error;
  if (code === FrameErrorCode.unavailable) {
    logWarning('register-refused', { connectionId, code });
    recordMetrics({ [MetricName.internalErrors]: 1 });
    return;
  }
  const refusals = logRefusal('register-refused', { connectionId, code, ...hashed(subject) });
  // A metric is a line of the log, too.
  if (refusals > 0 && isTokenRefusal(error))
    recordMetrics({ [MetricName.tokenRefusals]: refusals }, { code });
}
