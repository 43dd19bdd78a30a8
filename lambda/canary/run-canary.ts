import type { PushClient } from '../../client/backend/index.ts';
import type { Connection } from '../../client/browser/index.ts';
import type { Clock } from '../../protocol/clock.ts';
import { retry } from '../../protocol/retry.ts';

/** How long each step may take, in milliseconds: longer than a cold start of each function that it waits for. */
const stepTimeoutMs = 10_000;

/** How often it is asked whether the message is acknowledged. */
const askAgainAfterMs = 200;

/** The message is stored, so that it can be acknowledged; nobody else would look for it. */
const ttlSeconds = 60;

type CanaryStep = 'connect' | 'push' | 'receive' | 'acknowledge';

export type CanaryOutcome =
  | { succeeded: true; latencyMs: number }
  | { succeeded: false; step: CanaryStep; error: unknown };

/** The message that the canary sends to itself. */
export type CanaryMessage = { canary?: string };

export type CanaryDependencies = {
  uid: string;
  /** Returns the message's own mark, different for each run. */
  newMark(): string;
  /** A page that is about to connect. */
  connection: Connection<CanaryMessage>;
  backend: Pick<PushClient, 'push' | 'message'>;
  clock: Pick<Clock, 'now' | 'after' | 'sleep'>;
};

/**
 * Does once what users do, with their own client libraries: a page registers, a backend pushes, the page receives and
 * acknowledges. `latencyMs`: from the push to the message in the page. Does not throw; ends the connection.
 */
export async function runCanary(dependencies: CanaryDependencies): Promise<CanaryOutcome> {
  const { uid, connection, backend, clock } = dependencies;
  const mark = dependencies.newMark();
  let step: CanaryStep = 'connect';
  const within = <Result>(work: Promise<Result>) => withinStep(work, clock);
  try {
    const received = messageOf(connection, mark);
    await within(registered(connection));
    step = 'push';
    const startedAt = clock.now();
    const { seq } = await within(backend.push({ uid, canary: mark }, { ttlSeconds }));
    if (seq === undefined) throw new CanaryError('NotStored');
    step = 'receive';
    await within(received);
    const latencyMs = clock.now() - startedAt;
    step = 'acknowledge';
    await within(acknowledged(backend, uid, seq, clock));
    return { succeeded: true, latencyMs };
  } catch (error) {
    return { succeeded: false, step, error };
  } finally {
    connection.close();
  }
}

/** Named by what was missing. */
class CanaryError extends Error {
  constructor(name: 'NotStored' | 'Refused' | 'TimedOut') {
    super(name);
    this.name = name;
  }
}

/** Resolves when a push would reach the page, rejects when it was refused for good. */
function registered(connection: Connection<CanaryMessage>): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.onstatus = ({ state }) => {
      if (state === 'open') resolve();
      if (state === 'closed') reject(new CanaryError('Refused'));
    };
  });
}

/** Broadcasts, and what is left of a run before, pass by. */
function messageOf(connection: Connection<CanaryMessage>, mark: string): Promise<void> {
  return new Promise((resolve) => {
    connection.onmessage = ({ data }) => {
      if (data?.canary === mark) resolve();
    };
  });
}

/** An acknowledgement is not answered, so it is looked for. */
async function acknowledged(
  backend: CanaryDependencies['backend'],
  uid: string,
  seq: number,
  clock: CanaryDependencies['clock'],
): Promise<void> {
  const status = await retry(
    () => backend.message(uid, seq),
    {
      isRetryable: ({ state }) => state !== 'acknowledged',
      delayMs: () => askAgainAfterMs,
      lastAttemptAt: clock.now() + stepTimeoutMs,
    },
    clock,
  );
  if (status?.state !== 'acknowledged') throw new CanaryError('TimedOut');
}

async function withinStep<Result>(work: Promise<Result>, { after }: Pick<Clock, 'after'>): Promise<Result> {
  let cancel = (): void => {};
  const timedOut = new Promise<never>((_, reject) => {
    cancel = after(stepTimeoutMs, () => reject(new CanaryError('TimedOut')));
  });
  try {
    return await Promise.race([work, timedOut]);
  } finally {
    cancel();
  }
}
