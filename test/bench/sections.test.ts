import { describe, expect, test } from 'vitest';
import { sectionReport } from '../../bench/report.ts';
import { runSections } from '../../bench/run-sections.ts';
import { sections } from '../../bench/sections.ts';

/**
 * Each section, as small as it can be: that it measures what it says. How long anything took is no business of the
 * tests.
 */
describe.each(sections.map((section) => [section.name, section] as const))('%s', (_, section) => {
  test('measures, checks its budgets, and reports', async () => {
    const [result] = await runSections([section], 'smallest', () => {});

    expect(result!.figures.length).toBeGreaterThan(0);
    for (const { samples } of result!.figures) {
      expect(samples.length).toBeGreaterThan(0);
      expect(samples.every(Number.isFinite)).toBe(true);
    }
    expect(new Set(result!.figures.map(({ name }) => name)).size).toBe(result!.figures.length);
    expect(result!.verdicts.every(({ value }) => Number.isFinite(value))).toBe(true);
    // The one budget that no clock decides.
    const calls = result!.verdicts.filter(({ budget }) => budget === 'callsPerPush');
    expect(calls.every(({ holds }) => holds)).toBe(true);
    for (const { name } of result!.figures) expect(sectionReport(result!)).toContain(`| ${name} `);
  });
});
