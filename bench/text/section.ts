import type { Figure } from '../figure.ts';
import type { Section } from '../section.ts';
import { decodedLinesPerSecond } from './decoder-speed.ts';
import { measureService } from './service-speed.ts';

const scales = {
  full: { repetitions: 5, decodedLines: 500_000, share: 1 },
  quick: { repetitions: 3, decodedLines: 200_000, share: 0.3 },
  smallest: { repetitions: 1, decodedLines: 100, share: 0.002 },
};

/** From one program that waits for each answer to eight that don't. */
const loads = [
  { connections: 1, inFlight: 1, lines: 300 },
  { connections: 8, inFlight: 1, lines: 2_000 },
  { connections: 8, inFlight: 8, lines: 10_000 },
  { connections: 8, inFlight: 1_000, lines: 100_000 },
];

/** How many lines the text service takes, and how many of them leave together as one request. */
export const text: Section = {
  name: 'text',
  async measure(scale) {
    const { repetitions, decodedLines, share } = scales[scale];
    decodedLinesPerSecond(decodedLines);
    const decoder: Figure = {
      name: 'decoder',
      unit: 'lines per second',
      better: 'more',
      samples: Array.from({ length: repetitions }, () => decodedLinesPerSecond(decodedLines)),
    };
    const scaled = loads.map((load) => ({ ...load, lines: Math.ceil(load.lines * share) }));
    const speeds = await measureService(scaled, repetitions);
    const service = speeds.flatMap(({ connections, inFlight, linesPerSecond, linesPerRequest }): Figure[] => {
      const name = `${connections} connections, ${inFlight.toLocaleString('en')} in flight on each`;
      return [
        { name, unit: 'lines per second', better: 'more', samples: linesPerSecond },
        { name: `${name}: lines per request`, unit: 'lines', better: 'more', samples: linesPerRequest },
      ];
    });
    return [decoder, ...service];
  },
  check: () => [],
};
