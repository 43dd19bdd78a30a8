import { randomUUID } from 'node:crypto';
import type { PushResult } from '../../../protocol/answers/push.ts';
import type { Browser, JsonObject } from '../browser.ts';
import type { CheckGroup } from '../check.ts';
import { expectEqual, expectThat, shown } from '../mismatch.ts';
import type { Visit } from '../visit.ts';
import { eventually } from '../within.ts';
import { deliveredTo } from './delivered-to.ts';
import { problemOf } from './problem-of.ts';

/** Longer than a check, and of no use to anybody after it. */
const ttlSeconds = 120;

/** A message that must be stored, and the number that it was given. */
async function pushStored(
  { deployment }: Visit,
  message: { uid: string; n: number },
  connections = 0,
  seconds = ttlSeconds,
): Promise<number> {
  const answer: PushResult = await deployment.client.push(message, { ttlSeconds: seconds });
  const { seq = 0 } = answer;
  expectThat(seq > 0, `the answer: expected a "seq" from 1 on, found ${shown(answer)}`);
  expectEqual('the answer', answer, { ...deliveredTo(message.uid, connections), seq, stored: true });
  return seq;
}

/** So many messages, pushed one after the other to nobody. */
async function pushSome(visit: Visit, uid: string, count: number): Promise<number[]> {
  const numbers: number[] = [];
  for (let n = 1; n <= count; n++) numbers.push(await pushStored(visit, { uid, n }));
  return numbers;
}

async function expectMessage(browser: Browser, seq: number, data: object): Promise<void> {
  const { type, seq: found, data: text }: JsonObject = await browser.nextFrame();
  expectEqual('the message', { type, seq: found, data: text }, { type: 'message', seq, data });
}

async function expectReplayed(browser: Browser, through: number, gap: { gap?: true } = {}): Promise<void> {
  expectEqual('the end', await browser.nextFrame(), { type: 'replayed', through, latest: through, ...gap });
}

/** What became of a message, once it is in this state. */
function stateOf({ deployment }: Visit, uid: string, seq: number, state: string) {
  return eventually(
    `the state ${state}`,
    () => deployment.client.message(uid, seq),
    (status) => status.state === state,
  );
}

export const stored: CheckGroup = {
  name: 'stored',
  checks: [
    {
      name: 'pushed with a `TTL` to nobody',
      expected: '`stored`, with the next `seq` each',
      async run(visit) {
        const uid = visit.nobody();
        expectEqual('the numbers', await pushSome(visit, uid, 2), [1, 2]);
        expectEqual('the state', (await visit.deployment.client.message(uid, 2)).state, 'stored');
      },
    },
    {
      name: 'pushed with a `TTL` to a framed socket',
      expected: '`delivered` 1, and it arrives with its `seq`',
      async run(visit) {
        const uid = await visit.newUid();
        const { browser } = await visit.framed(uid);
        const seq = await pushStored(visit, { uid, n: 1 }, 1);
        await expectMessage(browser, seq, { uid, n: 1 });
      },
    },
    {
      name: 'what was missed',
      expected: 'comes after `registered`, in order, once',
      async run(visit) {
        const uid = await visit.newUid();
        const [first = 0, second = 0, third = 0] = await pushSome(visit, uid, 3);
        const { browser } = await visit.framed(uid, first);
        await expectMessage(browser, second, { uid, n: 2 });
        await expectMessage(browser, third, { uid, n: 3 });
        await expectReplayed(browser, third);

        const { browser: complete } = await visit.framed(uid, third);
        complete.send(JSON.stringify({ action: 'replay', since: third }));
        await expectReplayed(complete, third);
      },
    },
    {
      name: 'what has expired',
      expected: 'does not come: `gap`',
      async run(visit) {
        const uid = await visit.newUid();
        const expired = await pushStored(visit, { uid, n: 1 }, 0, 1);
        const kept = await pushStored(visit, { uid, n: 2 });
        await stateOf(visit, uid, expired, 'expired');
        const { browser } = await visit.framed(uid, expired - 1);
        await expectMessage(browser, kept, { uid, n: 2 });
        await expectReplayed(browser, kept, { gap: true });
      },
    },
    {
      name: 'a receipt',
      expected: '`stored`, `delivered`, and after `ack` `acknowledged`',
      async run(visit) {
        const uid = await visit.newUid();
        const seq = await pushStored(visit, { uid, n: 1 });
        await stateOf(visit, uid, seq, 'stored');
        const { browser } = await visit.framed(uid, seq - 1);
        await stateOf(visit, uid, seq, 'delivered');
        browser.send(JSON.stringify({ action: 'ack', seq }));
        const status = await stateOf(visit, uid, seq, 'acknowledged');
        expectThat('acknowledgedAt' in status, 'it does not say when');
      },
    },
    {
      name: 'one that was taken back',
      expected: '`deleted`, and does not come; no `gap`',
      async run(visit) {
        const uid = await visit.newUid();
        const [first = 0, second = 0] = await pushSome(visit, uid, 2);
        const { state } = await visit.deployment.client.takeBack(uid, second);
        expectEqual('the answer', state, 'deleted');
        const { browser } = await visit.framed(uid, first - 1);
        await expectMessage(browser, first, { uid, n: 1 });
        await expectReplayed(browser, second);
      },
    },
    {
      name: 'one `Idempotency-Key` twice',
      expected: 'the same answer, and it arrives once',
      async run(visit) {
        const uid = await visit.newUid();
        const { browser } = await visit.framed(uid);
        const idempotencyKey = randomUUID();
        const push = () => visit.deployment.client.push({ uid, n: 1 }, { idempotencyKey });
        expectEqual('the answers', [await push(), await push()], [deliveredTo(uid, 1), deliveredTo(uid, 1)]);
        expectEqual('the message', (await browser.nextFrame()).data, { uid, n: 1 });
        await browser.silence();
      },
    },
    {
      name: 'one `Idempotency-Key` with another message',
      expected: '422 `idempotency-key-reused`',
      async run(visit) {
        const uid = visit.nobody();
        const idempotencyKey = randomUUID();
        const push = (n: number) => visit.deployment.client.push({ uid, n }, { idempotencyKey });
        await push(1);
        expectEqual('the answer', await problemOf(push(2)), { status: 422, code: 'idempotency-key-reused' });
      },
    },
  ],
};
