import { beforeEach, expect, test } from 'vitest';
import { createRefusalLog, type LogRefusal } from '../../lambda/refusal-log.ts';

let now: number;
let written: object[];
let logRefusal: LogRefusal;

beforeEach(() => {
  now = Date.parse('2026-01-01T12:00:00Z');
  written = [];
  logRefusal = createRefusalLog(
    (event, fields) => void written.push({ event, ...fields }),
    () => now,
  );
});

function refuse(times: number, code = 'token-expired'): number {
  let told = 0;
  for (let index = 0; index < times; index++) told += logRefusal('register-refused', { code });
  return told;
}

test('few refusals are logged as they are', () => {
  expect(refuse(10)).toBe(10);
  expect(written).toEqual(Array(10).fill({ event: 'register-refused', code: 'token-expired' }));
});

test('of many, ten lines a minute are written, and the first of the next minute says how many were not', () => {
  expect(refuse(1_000)).toBe(10);
  expect(written).toHaveLength(10);
  now += 59_999;
  expect(refuse(1)).toBe(0);
  now += 1;

  expect(refuse(1)).toBe(992);
  expect(written.at(-1)).toEqual({ event: 'register-refused', code: 'token-expired', suppressed: 991 });
  expect(refuse(1)).toBe(1);
});

test('a day of a flood writes as many lines as there are minutes, ten times, and misses none but the last', () => {
  let told = 0;
  for (let minute = 0; minute < 1_440; minute++) {
    told += refuse(100);
    now += 60_000;
  }
  expect(written).toHaveLength(14_400);
  expect(told).toBe(1_440 * 100 - 90);
});

test('kinds don’t take each other’s lines', () => {
  refuse(100);
  expect(refuse(1, 'token-signature')).toBe(1);
  expect(logRefusal('connect-refused')).toBe(1);
});
