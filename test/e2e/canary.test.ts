import { describe, expect, onTestFinished, test } from 'vitest';
import { createToken } from '../../client/backend/index.ts';
import type { Metric } from '../../local/metrics/metric.ts';
import type { OnlinePage } from '../../protocol/answers/presence.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { patience } from '../support/patience.ts';
import { QueueingClient } from '../support/queueing-client.ts';
import { type RunningStack, runStack } from './running-stack.ts';

/** What the canary of one stack has measured so far. */
class Runs {
  readonly scheduleClock = new FakeClock();
  readonly #metrics: Metric[] = [];
  readonly #lines: string[] = [];

  readonly onMetric = (metric: Metric): void => void this.#metrics.push(metric);
  readonly onLog = (_: string, line: string): void => void this.#lines.push(line);

  valuesOf(name: string): number[] {
    return this.#metrics.filter((metric) => metric.name === name).map(({ value }) => value);
  }

  /** The step at which runs failed. */
  get failedSteps(): string[] {
    const failed = this.#lines.filter((line) => line.includes('canary-failed'));
    return failed.map((line) => (JSON.parse(line) as { step: string }).step);
  }

  /** A minute passes; resolves to the failures that the run of it counted. */
  async next(): Promise<number | undefined> {
    const before = this.valuesOf('CanaryFailures').length;
    this.scheduleClock.advance(60_000);
    await expect.poll(() => this.valuesOf('CanaryFailures'), patience).toHaveLength(before + 1);
    return this.valuesOf('CanaryFailures').at(-1);
  }
}

async function onlineUids(stack: RunningStack): Promise<OnlinePage['uids']> {
  return (await stack.json<OnlinePage>('GET', 'uids')).uids;
}

describe('each minute, the canary', () => {
  const runs = new Runs();
  const stack = runStack({
    context: { monitoring: 'true' },
    ...runs,
    onMetric: runs.onMetric,
    onLog: runs.onLog,
  });

  test('pushes to a page of its own, which receives and acknowledges, and measures how long it took', async () => {
    expect(await runs.next()).toBe(0);
    const [latency] = runs.valuesOf('CanaryLatency');
    expect(latency).toBeGreaterThanOrEqual(0);
    expect(latency).toBeLessThan(10_000);
  });

  test('leaves no connection behind, and is in no list of who is online', async () => {
    await stack.browser('somebody');
    const seen: string[] = [];
    stack.faults.post = () => {
      void onlineUids(stack).then((uids) => seen.push(...uids.map(({ uid }) => uid)));
      return undefined;
    };
    await runs.next();
    delete stack.faults.post;
    await expect.poll(() => seen.includes('somebody'), patience).toBe(true);
    expect(new Set(seen)).toEqual(new Set(['somebody']));
    await expect.poll(() => stack.stack.gateway.connectionIds().length, patience).toBe(1);
  });

  test('fails while its messages do not arrive, says at which step, and recovers', async () => {
    stack.faults.post = () => ({ kind: 'server-error' });
    expect(await runs.next()).toBe(1);
    delete stack.faults.post;

    expect(runs.failedSteps).toEqual(['connect']);
    expect(await runs.next()).toBe(0);
  });
});

describe('where origins, tokens and the push URL are checked, the canary', () => {
  const runs = new Runs();
  const stack = runStack({
    identity: 'token',
    context: {
      monitoring: 'true',
      allowedOrigins: 'https://*.example.com,https://example.com',
      tokenIssuer: 'shop',
      tokenAudience: 'push',
      pushAuth: 'secret',
      sessions: 'single',
    },
    ...runs,
    onMetric: runs.onMetric,
    onLog: runs.onLog,
  });

  test('proves what it must', async () => {
    expect(await runs.next()).toBe(0);
    expect(runs.failedSteps).toEqual([]);
  });

  test('copes with secrets that were rotated out: one run fails at most', async () => {
    const { TokenSecretName, PushSecretName } = stack.stack.outputs;
    for (const name of [TokenSecretName, PushSecretName]) {
      for (const value of ['a'.repeat(64), newSecret]) stack.stack.putSecretValue(name!, value);
    }
    // Runs are a minute apart: by then the functions know the new values. A sandbox that no request of ours has met may
    // accept the old ones for a minute of the system's time, so any one of the runs is the one that fails.
    await expect.poll(pushesWithNewSecret, { ...patience, interval: 500 }).toBe(200);
    await expect.poll(registersWithNewSecret, { ...patience, interval: 500 }).toBe('registered');
    const failures = [await runs.next(), await runs.next(), await runs.next()];
    expect(failures.filter((count) => count !== 0).length, runs.failedSteps.join()).toBeLessThanOrEqual(1);
  });

  const newSecret = 'b'.repeat(64);

  async function pushesWithNewSecret(): Promise<number> {
    const headers = { authorization: `Bearer ${newSecret}` };
    return (await stack.request('POST', 'push', { body: '{"uid":"nobody"}', headers })).status;
  }

  async function registersWithNewSecret(): Promise<unknown> {
    const options = { uid: 'somebody', secret: newSecret, issuer: 'shop', audience: 'push' };
    const page = await QueueingClient.connect(stack.stack.outputs.WebSocketUrl, {
      origin: 'https://example.com',
    });
    onTestFinished(async () => void (await page.close()));
    page.send(JSON.stringify({ action: 'register', token: await createToken(options) }));
    return JSON.parse(await page.next()).type;
  }
});

describe('where the push URL is an HTTP API, the canary', () => {
  const runs = new Runs();
  const stack = runStack({
    identity: 'token',
    context: { monitoring: 'true', pushEndpoint: 'http-api' },
    ...runs,
    onMetric: runs.onMetric,
    onLog: runs.onLog,
  });

  test('gets its messages acknowledged', async () => {
    expect(stack.stack.outputs.PushUrlKind).toBe('http-api');
    expect(await runs.next()).toBe(0);
    expect(runs.failedSteps).toEqual([]);
  });
});
