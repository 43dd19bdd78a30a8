import { randomUUID } from 'node:crypto';
import type { CheckGroup } from '../check.ts';
import { expectEqual, expectThat } from '../mismatch.ts';
import { eventually } from '../within.ts';
import { problemOf } from './problem-of.ts';

/** A million browsers take 200 s at the default pace; 15 minutes are over four million. */
const limitMs = 15 * 60_000;

export const broadcast: CheckGroup = {
  name: 'broadcast',
  checks: [
    {
      name: 'to everybody',
      expected: 'all get it once; it is told as finished, with at least 2 delivered',
      skipReason: ({ mayBroadcast }) =>
        mayBroadcast ? undefined : 'no --broadcast: it would reach every registered browser',
      limitMs: limitMs + 60_000,
      async run(visit) {
        const plain = await visit.plain(await visit.newUid());
        const others =
          visit.deployment.identity.kind === 'given' ? [] : [await visit.framed(await visit.newUid())];
        const text = JSON.stringify({ conformance: randomUUID() });
        const { client } = visit.deployment;
        const { broadcast } = await client.broadcast(text);
        const status = await eventually(
          'the end of the broadcast',
          () => client.broadcastStatus(broadcast),
          ({ state }) => state === 'finished',
          limitMs,
        );
        expectEqual('what the plain socket got', await plain.next(), text);
        for (const { browser } of others) {
          expectEqual('what the framed socket got', (await browser.nextFrame()).data, JSON.parse(text));
          await browser.silence();
        }
        await plain.silence();
        const least = 1 + others.length;
        expectThat(
          status.delivered >= least,
          `delivered: expected at least ${least}, found ${status.delivered}`,
        );
        expectEqual('the answer to stopping it', await client.stopBroadcast(broadcast), status);
      },
    },
    {
      name: 'progress of a broadcast that never was',
      expected: '404 `unknown-broadcast`',
      async run({ deployment }) {
        const problem = await problemOf(deployment.client.broadcastStatus(randomUUID()));
        expectEqual('the answer', problem, { status: 404, code: 'unknown-broadcast' });
      },
    },
    {
      name: 'stopping a broadcast that never was',
      expected: '404 `unknown-broadcast`',
      async run({ deployment }) {
        const problem = await problemOf(deployment.client.stopBroadcast(randomUUID()));
        expectEqual('the answer', problem, { status: 404, code: 'unknown-broadcast' });
      },
    },
  ],
};
