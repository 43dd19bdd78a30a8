import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { REREAD_AFTER_MS } from '../../lambda/secret/valid-values.ts';
import type { Metric } from '../../local/metrics/metric.ts';
import type { OnlinePage } from '../../protocol/push-api.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { patience } from '../support/patience.ts';
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
    for (const name of [stack.stack.outputs.TokenSecretName, stack.stack.outputs.PushSecretName]) {
      for (const letter of ['a', 'b']) stack.stack.putSecretValue(name!, letter.repeat(64));
    }
    // Runs are a minute apart: by then the functions read an unknown value anew.
    await setTimeout(REREAD_AFTER_MS);
    await runs.next();
    expect(await runs.next(), runs.failedSteps.join()).toBe(0);
  });
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
