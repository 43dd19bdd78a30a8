import { beforeEach, describe, expect, test } from 'vitest';
import {
  broadcastRequestName,
  Claim,
  claimKey,
  DEAD_AFTER_MS,
  pushRequestName,
} from '../../../lambda/idempotency/claim-key.ts';
import type { PushResult } from '../../../protocol/answers/push.ts';
import { SkippingClock } from '../../support/fake-clock.ts';
import { MemoryRequestTable } from '../../support/memory-request-table.ts';

const answer = { uid: 'u1', delivered: 1, gone: 0, failed: 0 };

let requests: MemoryRequestTable;
let clock: SkippingClock;
let pushes: Claim<PushResult>[];
beforeEach(() => {
  requests = new MemoryRequestTable();
  clock = new SkippingClock();
  pushes = [];
});

/** Pushes with the key `r`. `push`: what the push does besides being noted. @default it delivers */
async function once(
  push: (claim: Claim<PushResult>) => Promise<object> = async () => answer,
  fingerprint = 'f',
) {
  const lastAttemptAt = clock.now() + 20_000;
  const claim = await claimKey('r', fingerprint, { requests, clock, random: () => 0.5, lastAttemptAt });
  if (!(claim instanceof Claim)) return claim;
  pushes.push(claim);
  return claim.endWith(push(claim) as Promise<PushResult>);
}

/** A function that dies in the middle of its push. */
function dies(before: (claim: Claim<PushResult>) => Promise<unknown> = async () => {}): void {
  void once(async (claim) => {
    await before(claim);
    return new Promise(() => {});
  });
}

async function settled(): Promise<void> {
  await new Promise(setImmediate);
}

describe('a push with an idempotency key', () => {
  test('is done once; a repetition gets the first answer', async () => {
    expect(await once()).toEqual(answer);
    expect(await once(async () => ({ ...answer, delivered: 9 }))).toEqual(answer);
    expect(pushes).toHaveLength(1);
  });

  test('is done anew after a day, with another id', async () => {
    await once();
    clock.advance(86_400_000);
    await once();

    expect(new Set(pushes.map(({ id }) => id)).size).toBe(2);
  });

  test('is done though the answer to its first write was lost, and the write tried again', async () => {
    const { begin } = requests;
    requests.begin = async (...request) => (await begin.apply(requests, request)) && false;

    expect(await once()).toEqual(answer);
    expect(pushes).toHaveLength(1);
  });

  test('is refused with another message, whether the first is done or not', async () => {
    dies();
    await settled();
    expect(await once(undefined, 'other')).toMatchObject({ code: 'idempotency-key-reused' });
    expect(pushes).toHaveLength(1);
  });

  test('waits for the one that is being done, and gives its answer', async () => {
    let end = (_: object) => {};
    const first = once(() => new Promise((resolve) => (end = resolve)));
    await settled();
    const second = once();
    end(answer);

    expect(await Promise.all([first, second])).toEqual([answer, answer]);
    expect(pushes).toHaveLength(1);
  });

  test('does not wait longer than its function lives', async () => {
    dies();
    await settled();

    expect(await once()).toMatchObject({ code: 'idempotency-key-in-use' });
    expect(pushes).toHaveLength(1);
  });

  test('whose function died is done again once that is sure, with the same id', async () => {
    dies();
    await settled();
    clock.advance(DEAD_AFTER_MS + 1);

    expect(await once()).toEqual(answer);
    expect(pushes.map(({ id }) => id)).toEqual([pushes[0]?.id, pushes[0]?.id]);
  });

  test('whose function died is done again by one alone of many', async () => {
    dies();
    await settled();
    clock.advance(DEAD_AFTER_MS + 1);

    expect(await Promise.all([once(), once(), once()])).toEqual([answer, answer, answer]);
    expect(pushes).toHaveLength(2);
  });

  test('that was refused is done again at once, with the same id and what was tried', async () => {
    const refusal = { code: 'unavailable', detail: 'x' };
    const refused = async (claim: Claim<PushResult>) => {
      await claim.recordAttempt(7);
      return refusal;
    };
    expect(await once(refused)).toEqual(refusal);
    expect(await once()).toEqual(answer);
    expect(pushes.map(({ id, triedSeq }) => [id, triedSeq])).toEqual([
      [pushes[0]?.id, undefined],
      [pushes[0]?.id, 7],
    ]);
  });
});

describe('a refusal with an idempotency key', () => {
  const unavailable = { code: 'unavailable', detail: 'x' };
  const refused = async () => unavailable;

  test('says that nothing was done when no request with the key did anything', async () => {
    expect(await once(refused)).toEqual(unavailable);
    expect(await once(refused)).toEqual(unavailable);
  });

  test.each(['unavailable', 'too-large'])('is the same again where nothing was done: %s', async (code) => {
    const refusal = { code, detail: 'x' };
    expect(await once(async () => refusal)).toEqual(refusal);
    expect(await once(async () => refusal)).toEqual(refusal);
  });

  test('does not say so when the function before died in the middle, nor ever after', async () => {
    dies();
    await settled();
    clock.advance(DEAD_AFTER_MS + 1);

    expect(await once(refused)).toMatchObject({ code: 'unconfirmed' });
    expect(await once(refused)).toMatchObject({ code: 'unconfirmed' });
    expect(await once()).toEqual(answer);
  });

  test('does not say so when the function before was not sure', async () => {
    expect(await once(async () => ({ code: 'unconfirmed', detail: 'x' }))).toMatchObject({
      code: 'unconfirmed',
    });
    expect(await once(refused)).toMatchObject({ code: 'unconfirmed' });
  });

  test('does not say so when the function before failed, which the next one takes over at once', async () => {
    const fault = new Error('a fault');
    await expect(
      once(async () => {
        throw fault;
      }),
    ).rejects.toBe(fault);
    const before = clock.now();

    expect(await once(refused)).toMatchObject({ code: 'unconfirmed' });
    expect(clock.now()).toBe(before);
  });
});

test('a key and a uid have a name of their own, whatever they contain', () => {
  const names = [
    ['a', 'bc'],
    ['ab', 'c'],
    ['abc', ''],
    ['a', ''],
  ].map(([uid = '', key = '']) => pushRequestName(uid, key));

  expect(new Set(names).size).toBe(4);
  expect(names).not.toContain(broadcastRequestName('abc'));
});
