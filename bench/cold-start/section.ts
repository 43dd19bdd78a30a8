import { median } from '../median.ts';
import { type Check, figureOf, type Section } from '../section.ts';
import { allFunctions } from './bundles.ts';
import { measureLoadTimes } from './load-time.ts';

const repetitions = { full: 15, quick: 5, smallest: 1 };

const loadOf = (name: string, variant: string) => `${name}: load, ${variant}`;

/** How long the functions' bundles take to load: what a cold start waits for beside AWS itself. */
export const coldStart: Section = {
  name: 'cold-start',
  async measure(scale) {
    const loads = await measureLoadTimes(allFunctions, repetitions[scale]);
    return loads.flatMap(({ name, variant, bytes, samples }) => [
      { name: loadOf(name, variant), unit: 'ms', better: 'less', samples },
      { name: `${name}: bundle, ${variant}`, unit: 'bytes', better: 'less', samples: [bytes] },
    ]);
  },
  check: (figures) =>
    (['push', 'register'] as const).map((of): Check => {
      const time = (variant: string) => median(figureOf(figures, loadOf(of, variant)).samples);
      return { budget: 'loadTime', of, value: time('deployed') / time('sdk') };
    }),
};
