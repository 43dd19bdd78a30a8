import { randomUUID } from 'node:crypto';
import { MAX_UIDS_AT_ONCE } from '../../../protocol/limits.ts';
import type { CheckGroup } from '../check.ts';
import { expectEqual } from '../mismatch.ts';
import { eventually } from '../within.ts';
import { problemOf } from './problem-of.ts';

/** The queue hands a task that its worker lost to another after 40 seconds. */
const limitMs = 120_000;

export const multicast: CheckGroup = {
  name: 'multicast',
  checks: [
    {
      name: 'to a uid that is online and to one that is not',
      expected: 'the first gets the message verbatim, once; the second is named as offline',
      async run(visit) {
        const uid = await visit.newUid();
        const browser = await visit.plain(uid);
        const nobody = visit.nobody();
        const text = `{"conformance" : "${randomUUID()}", "n":9007199254740993}`;
        const result = await visit.deployment.client.multicast([uid, nobody, nobody, uid], text);
        expectEqual('the answer', result, {
          uids: 2,
          delivered: 1,
          gone: 0,
          failed: 0,
          offline: [nobody],
          unavailable: [],
        });
        expectEqual('what the socket got', await browser.next(), text);
        await browser.silence();
      },
    },
    {
      name: `to ${MAX_UIDS_AT_ONCE} uids at once`,
      expected: 'the one that is online gets it; all others are named as offline, in order',
      async run(visit) {
        const uid = await visit.newUid();
        const browser = await visit.plain(uid);
        const others = Array.from({ length: MAX_UIDS_AT_ONCE - 1 }, () => visit.nobody());
        const text = `{"conformance":"${randomUUID()}"}`;
        const uids = [...others.slice(0, 500), uid, ...others.slice(500)];
        const { offline, ...counts } = await visit.deployment.client.multicast(uids, text);
        const expected = { uids: uids.length, delivered: 1, gone: 0, failed: 0, unavailable: [] };
        expectEqual('the counts', counts, expected);
        expectEqual('how many are offline', offline.length, others.length);
        expectEqual('who is offline', offline, others);
        expectEqual('what the socket got', await browser.next(), text);
      },
    },
    {
      name: 'one that never was',
      expected: '404 `unknown-multicast`',
      async run({ deployment }) {
        const problem = await problemOf(deployment.client.multicastStatus(randomUUID()));
        expectEqual('the answer', problem, { status: 404, code: 'unknown-multicast' });
      },
    },
    {
      name: 'in the background',
      limitMs: limitMs + 60_000,
      expected: '202; then the same counts, and who was offline by name',
      async run(visit) {
        const uid = await visit.newUid();
        const browser = await visit.plain(uid);
        const nobody = visit.nobody();
        const { client } = visit.deployment;
        const text = `{"conformance":"${randomUUID()}"}`;
        const { multicast: id } = await client.startMulticast([nobody, uid], text);
        expectEqual('what the socket got', await browser.next(), text);
        const status = await eventually(
          'the end of the multicast',
          () => client.multicastStatus(id),
          ({ state }) => state === 'finished',
          limitMs,
        );
        const { startedAt, finishedAt, ...counts } = status;
        expectEqual('the end', counts, {
          multicast: id,
          state: 'finished',
          uids: 2,
          done: 2,
          delivered: 1,
          gone: 0,
          failed: 0,
          offline: 1,
          unavailable: 0,
        });
        expectEqual('who was offline', await client.multicastUids(id, 'offline'), { uids: [nobody] });
        expectEqual('who was unavailable', await client.multicastUids(id, 'unavailable'), { uids: [] });
      },
    },
  ],
};
