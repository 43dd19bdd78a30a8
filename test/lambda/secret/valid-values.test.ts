import { describe, expect, test } from 'vitest';
import { ValidValues } from '../../../lambda/secret/valid-values.ts';

/** A secret that can be rotated, and a clock. */
function secret(...values: string[]) {
  const state = { values, reads: 0, isDown: false, now: 0 };
  const validValues = new ValidValues(
    'the-secret',
    async () => {
      state.reads += 1;
      if (state.isDown) throw new Error('no secret');
      return state.values;
    },
    () => state.now,
  );
  return { state, accepts: (value: string) => validValues.includes(value) };
}

describe('the valid values', () => {
  test('are read once for many requests', async () => {
    const { state, accepts } = secret('a');

    expect([await accepts('a'), await accepts('a'), await accepts('a')]).toEqual([true, true, true]);
    expect(state.reads).toBe(1);
  });

  test('accept a new value soon after the rotation', async () => {
    const { state, accepts } = secret('old');
    await accepts('old');
    state.values = ['new', 'old'];
    state.now = 5_000;

    expect(await accepts('new')).toBe(true);
    expect(await accepts('old')).toBe(true);
  });

  test('refuse a value that was rotated out after a minute, at the latest', async () => {
    const { state, accepts } = secret('old');
    await accepts('old');
    state.values = ['newest', 'new'];
    state.now = 60_000;

    expect(await accepts('old')).toBe(false);
  });

  test('are not read for each guess', async () => {
    const { state, accepts } = secret('a');
    for (let guess = 0; guess < 100; guess++) await accepts(`guess ${guess}`);

    expect(state.reads).toBe(1);
  });

  test('are not read for each guess while reading them fails', async () => {
    const { state, accepts } = secret('a');
    state.isDown = true;
    for (let guess = 0; guess < 50; guess++) await expect(accepts('a')).rejects.toThrow('no secret');

    expect(state.reads).toBe(1);
    state.isDown = false;
    state.now = 1_000;
    expect(await accepts('a')).toBe(true);
  });
});
