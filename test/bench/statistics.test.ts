import { describe, expect, test } from 'vitest';
import { compare } from '../../bench/comparison.ts';
import type { Figure } from '../../bench/figure.ts';
import { quantile, spreadOf } from '../../bench/statistics.ts';
import { verdictOn } from '../../bench/verdict.ts';

test('a spread is the middle and the quarters around it, whatever the order', () => {
  expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ median: 3, lower: 2, upper: 4 });
  expect(spreadOf([7])).toEqual({ median: 7, lower: 7, upper: 7 });
  expect(spreadOf([])).toEqual({ median: 0, lower: 0, upper: 0 });
});

test('a quantile falls between two samples where there is none', () => {
  expect(quantile([10, 20], 0.5)).toBe(15);
  expect(quantile([10, 20], 0.95)).toBeCloseTo(19.5);
  expect(quantile([10, 20], 1)).toBe(20);
});

describe('a figure', () => {
  const figure = (samples: number[], better: Figure['better'] = 'less'): Figure => {
    return { name: 'time', unit: 'ms', better, samples };
  };
  const kindOf = (before: Figure, after: Figure) => compare([before], [after])[0]?.kind;

  test('has changed only by more than the spread of both', () => {
    expect(kindOf(figure([10, 11, 12]), figure([5, 6, 7]))).toBe('better');
    expect(kindOf(figure([10, 11, 12]), figure([15, 16, 17]))).toBe('worse');
    expect(kindOf(figure([10, 11, 12]), figure([11, 12, 13]))).toBe('same');
  });

  test('of which more is better is judged the other way round', () => {
    expect(kindOf(figure([10, 11, 12], 'more'), figure([5, 6, 7], 'more'))).toBe('worse');
    expect(kindOf(figure([10, 11, 12], 'more'), figure([15, 16, 17], 'more'))).toBe('better');
  });

  test('that is always the same changes by any difference', () => {
    expect(kindOf(figure([2]), figure([3]))).toBe('worse');
    expect(kindOf(figure([2]), figure([2]))).toBe('same');
  });

  test('is not compared with one that is measured otherwise, or was not measured', () => {
    expect(compare([{ ...figure([1]), unit: 's' }], [figure([1])])).toEqual([]);
    expect(compare([], [figure([1])])).toEqual([]);
  });
});

test('a budget holds up to its limit, or from its limit on', () => {
  const outcome = (budget: Parameters<typeof verdictOn>[0]['budget'], value: number) =>
    verdictOn({ budget, of: 'x', value }).holds;

  expect([0.5, 0.51].map((value) => outcome('loadTime', value))).toEqual([true, false]);
  expect([0.8, 0.79].map((value) => outcome('fanOut', value))).toEqual([true, false]);
});
