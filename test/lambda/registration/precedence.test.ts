import { describe, expect, test } from 'vitest';
import { decide, precedes } from '../../../lambda/registration/precedence.ts';
import type { Registered, Registration } from '../../../lambda/table/connection-table.ts';

const message = (uid: string, registeredAt: number, isFramed = false): Registered => ({
  uid,
  registeredAt,
  isFramed,
});
const hello = '{"type":"hello"}';

test.each<[string, Registered, Registered, boolean]>([
  ['an earlier message', message('u1', 1), message('u2', 2), true],
  ['a later message', message('u1', 2), message('u2', 1), false],
  ['a text and an object of one millisecond', message('u1', 1), message(hello, 1), true],
  ['an object and a text of one millisecond', message(hello, 1), message('u1', 1), false],
  ['a text and a frame of one millisecond', message('u1', 1), message('u1', 1, true), true],
  ['two texts of one millisecond', message('u1', 1), message('u2', 1), false],
  ['an array, which is no object', message('[]', 1), message('{}', 1), true],
])('whether the first precedes: %s', (_, one, other, expected) => {
  expect(precedes(one, other)).toBe(expected);
});

describe('a message of u1, received at 5, that has written its row', () => {
  const mine = message('u1', 5);
  test.each<[string, Registration | undefined, string]>([
    ['nothing', undefined, 'add'],
    ['that the connection was closed', { closed: true }, 'closed'],
    ['itself', message('u1', 5), 'extended'],
    ['an earlier message of its uid', message('u1', 4), 'follow'],
    ['an earlier frame of its uid', message('u1', 4, true), 'follow'],
    ['a later message of its uid', message('u1', 6), 'take-over'],
    ['a frame of its uid, of the same time', message('u1', 5, true), 'take-over'],
    ['an earlier message of another uid', message('u2', 4), 'other-uid'],
    ['a later message of another uid', message('u2', 6), 'take-over'],
    ['another text of the same time', message('u2', 5), 'other-uid'],
    ['an object of the same time', message(hello, 5), 'take-over'],
  ])('finds %s', (_, found, step) => {
    const standing = step === 'follow' || step === 'take-over' ? { standing: found } : {};
    expect(decide(mine, found, true)).toEqual({ step, ...standing });
  });

  test.each<[string, Registration | undefined, string]>([
    ['nothing', undefined, 'add'],
    ['a later message of its uid', message('u1', 6), 'follow'],
    ['a later message of another uid', message('u2', 6), 'other-uid'],
    ['itself', message('u1', 5), 'extended'],
  ])('finds %s, and precedes none, as it registers again', (_, found, step) => {
    expect(decide(mine, found, false).step).toBe(step);
  });
});
