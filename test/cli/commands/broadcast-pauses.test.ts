import { expect, onTestFinished, test } from 'vitest';
import { broadcast as broadcastCommand } from '../../../cli/commands/broadcast.ts';
import { createPushClient } from '../../../client/backend/push-client.ts';
import { PushUrl } from '../../client/backend/push-url.ts';

const broadcast = '11111111-1111-4111-8111-111111111111';
const counts = { delivered: 1, gone: 0, failed: 0 };
const running = { broadcast, state: 'running', ...counts, startedAt: '2026-01-01T00:00:00.000Z' };
const finished = { ...running, state: 'finished', finishedAt: '2026-01-01T00:00:01.000Z' };

// The end of the local stack's broadcasts has no time that could be asked for.
test('whether a broadcast is finished is asked soon, then less and less often, but once a second', async () => {
  const pushUrl = await PushUrl.start();
  onTestFinished(() => pushUrl.stop());
  const times = 30;
  const answers = Array.from({ length: times }, () => JSON.stringify(running));
  pushUrl.answerJson(JSON.stringify({ broadcast }), ...answers, JSON.stringify(finished));
  const pauses: number[] = [];
  const sleep = async (milliseconds: number) => void pauses.push(milliseconds);
  await broadcastCommand(createPushClient({ url: pushUrl.url }), 'Hello!', { waitMs: 900_000, sleep });

  expect(pauses).toHaveLength(times);
  // What ends right after a look is noticed no later than half the time that it took.
  let waited = 0;
  for (const pause of pauses) {
    expect(pause).toBeLessThanOrEqual(Math.min(50 + waited / 2, 1_000));
    waited += pause;
  }
  expect(pauses.at(-1)).toBe(1_000);
});
