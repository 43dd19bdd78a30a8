import { loadavg } from 'node:os';
import type { SectionResult } from './results.ts';
import type { Scale, Section } from './section.ts';
import { verdictOn } from './verdict.ts';

/** Measures the sections one after the other; each is reported when it is done. */
export async function runSections(
  sections: readonly Section[],
  scale: Scale,
  onResult: (result: SectionResult) => void,
): Promise<SectionResult[]> {
  const results: SectionResult[] = [];
  for (const { name, measure, check } of sections) {
    const [loadBefore = 0] = loadavg();
    const start = performance.now();
    const figures = await measure(scale);
    const seconds = (performance.now() - start) / 1_000;
    const verdicts = check(figures).map(verdictOn);
    const result = { section: name, seconds, loadBefore, figures, verdicts };
    results.push(result);
    onResult(result);
  }
  return results;
}
