import { describe, expect, test } from 'vitest';
import { MAX_CONCURRENT_POSTS, postToAll } from '../../../lambda/broadcast/post-to-all.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const targets = Array.from({ length: 250 }, (_, index) => ({ connectionId: `c${index}`, isFramed: false }));

/** Posts on a clock that moves on when all wait; a post takes `duration(id)` milliseconds. */
async function run(postsPerSecond: number, duration: (id: string) => number = () => 1) {
  const clock = new FakeClock(0);
  const startedAt: number[] = [];
  let running = 0;
  let mostRunning = 0;
  const connections = {
    post: async (connectionId: string) => {
      startedAt.push(clock.now());
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      await clock.sleep(duration(connectionId));
      running -= 1;
      return 'delivered' as const;
    },
  };
  const done = postToAll({ textsFor: () => ['hello'] }, targets, { connections, clock, postsPerSecond });
  let isDone = false;
  void done.then(() => {
    isDone = true;
  });
  while (!isDone) {
    await new Promise(setImmediate);
    clock.advance(1);
  }
  return { posted: await done, startedAt, mostRunning, took: clock.now() };
}

describe('posting to many', () => {
  test('reaches each once', async () => {
    const { posted } = await run(10_000);

    expect(new Set(posted.delivered)).toEqual(new Set(targets));
    expect(posted.delivered).toHaveLength(targets.length);
    expect(posted).toMatchObject({ gone: [], failed: [] });
  });

  test('starts no more posts in any second than the ceiling', async () => {
    const { startedAt } = await run(100);

    for (const start of startedAt) {
      const inSecond = startedAt.filter((time) => time >= start && time < start + 1_000);
      expect(inSecond.length).toBeLessThanOrEqual(101);
    }
  });

  test('takes no longer than the ceiling makes it', async () => {
    const { took } = await run(100);

    expect(took).toBeGreaterThanOrEqual(2_490);
    expect(took).toBeLessThan(2_600);
  });

  test('lets one slow connection hold up no other', async () => {
    const { startedAt, took } = await run(1_000, (id) => (id === 'c0' ? 3_000 : 1));

    expect(startedAt.at(-1)).toBeLessThan(300);
    expect(took).toBeGreaterThanOrEqual(3_000);
  });

  test('has a bounded number of posts under way', async () => {
    const { mostRunning } = await run(100_000, () => 50);

    expect(mostRunning).toBe(MAX_CONCURRENT_POSTS);
  });
});
