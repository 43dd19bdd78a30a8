import { expect, inject, onTestFinished, test } from 'vitest';
import { seededRandom } from '../../bench/simulation/seeded-random.ts';
import { TESTS_PER_CHECK } from '../../client/browser/socket-session.ts';
import { readAssembly } from '../../local/template/assembly.ts';
import { only } from '../../local/template/only.ts';
import { planOf } from '../../local/template/plan.ts';
import { IdleWorld } from './idle-world.ts';

const browsers = 1_000;
const day = 86_400;

const plan = planOf(await readAssembly(inject('assemblyDirectory')));

test('a thousand browsers that are idle for a day call no function by their pings, and each gets the next push', async () => {
  const world = new IdleWorld(only(plan.webSocketApis, 'API'));
  const random = seededRandom(1);
  const pages = Array.from({ length: browsers }, (_, n) => world.openPage(`u${n}`, random));
  onTestFinished(() => {
    for (const page of pages) page.close();
  });
  await world.clock.pass(day);

  const { register, check, $disconnect, ...others } = world.calls;
  expect(others).toEqual({});
  expect(register).toBe(world.sent.register);
  expect(check).toBe(world.sent.check);
  expect($disconnect).toBe(register! - browsers);
  // A test in five minutes is 288 a day; each of the 12 or 13 connections begins to count anew.
  const { ping = 0 } = world.sent;
  expect(ping + check!).toBeGreaterThan(0.9 * 288 * browsers);
  expect(check!).toBeLessThan((ping + check!) / TESTS_PER_CHECK);

  const results = await Promise.all(pages.map(({ uid }) => world.push(uid)));
  expect(results).toEqual(pages.map(({ uid }) => ({ uid, delivered: 1, gone: 0, failed: 0 })));
  await world.clock.pass(1);
  for (const { messages, states } of pages) {
    expect(messages).toHaveLength(1);
    expect(new Set(states)).toEqual(new Set(['open']));
  }
});
