import { describe, expect, test } from 'vitest';
import type { FunctionOutcome } from '../../../local/functions/function-outcome.ts';
import { startSchedule } from '../../../local/schedule/schedule.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const ruleArn = 'arn:aws:events:us-east-1:000000000000:rule/r';

function scheduled(invoke: (event: unknown) => Promise<FunctionOutcome> = async () => ({ payload: null })) {
  const clock = new FakeClock(Date.UTC(2026, 0, 31, 12));
  const events: unknown[] = [];
  const schedule = startSchedule({
    ruleArn,
    everyMs: 300_000,
    clock,
    invoke: (event) => {
      events.push(event);
      return invoke(event);
    },
  });
  return { clock, events, schedule };
}

describe('a schedule', () => {
  test('invokes its function once in every period, with EventBridge’s event', () => {
    const { clock, events } = scheduled();
    clock.advance(299_999);
    expect(events).toEqual([]);

    clock.advance(1);
    expect(events).toEqual([
      {
        version: '0',
        id: expect.any(String),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: '000000000000',
        time: '2026-01-31T12:05:00Z',
        region: 'us-east-1',
        resources: [ruleArn],
        detail: {},
      },
    ]);
    clock.advance(600_000);
    expect(events).toHaveLength(3);
  });

  test('goes on when an invocation fails, or is not over', () => {
    const { clock, events } = scheduled(() => new Promise(() => {}));
    clock.advance(900_000);
    expect(events).toHaveLength(3);
  });

  test('ends with its stop', async () => {
    const { clock, events, schedule } = scheduled();
    await schedule.stop();
    clock.advance(900_000);
    expect(events).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
