import type { Figure } from '../figure.ts';
import { median } from '../median.ts';
import { figureOf, type Section } from '../section.ts';
import { quantile } from '../statistics.ts';
import { measureStack, type StackScale } from './measure.ts';

const scales: Record<'full' | 'quick' | 'smallest', StackScale> = {
  full: {
    repetitions: 5,
    sockets: [1, 100, 1_000],
    timedLines: 300,
    pushes: 4_000,
    idleSockets: [1_000, 3_000, 5_000],
  },
  quick: {
    repetitions: 3,
    sockets: [1, 100, 1_000],
    timedLines: 100,
    pushes: 1_500,
    idleSockets: [1_000, 2_000],
  },
  smallest: { repetitions: 1, sockets: [1, 2], timedLines: 3, pushes: 10, idleSockets: [2, 4] },
};

const percentiles = { p50: 0.5, p95: 0.95, p99: 0.99 };
const pushesName = 'pushes, 64 in flight over 8 connections';
const lineTo = (percentile: string, sockets: number) =>
  `line to browser, ${sockets.toLocaleString('en')} sockets: ${percentile}`;

/** The whole local stack, as a person who runs it sees it. */
export const stack: Section = {
  name: 'stack',
  async measure(scale) {
    const found = await measureStack(scales[scale]);
    const lines = found.lineToBrowser.flatMap(({ sockets, repetitions }) =>
      Object.entries(percentiles).map(
        ([percentile, share]): Figure => ({
          name: lineTo(percentile, sockets),
          unit: 'ms',
          better: 'less',
          samples: repetitions.map((times) => quantile(times, share)),
        }),
      ),
    );
    const memory = found.memoryPerSocket.flatMap(({ sockets, memory: { resident, live } }): Figure[] => {
      const name = `memory of a socket, up to ${sockets.toLocaleString('en')}`;
      return [
        { name: `${name}: resident`, unit: 'bytes', better: 'less', samples: [resident] },
        { name: `${name}: live in the gateway’s thread`, unit: 'bytes', better: 'less', samples: [live] },
      ];
    });
    return [
      {
        name: 'connect and register',
        unit: 'per second',
        better: 'more',
        samples: found.registrationsPerSecond.map(({ perSecond }) => perSecond),
      },
      ...lines,
      { name: pushesName, unit: 'per second', better: 'more', samples: found.pushesPerSecond },
      ...memory,
    ];
  },
  check(figures) {
    const middle = (name: string) => median(figureOf(figures, name).samples);
    const lines = figures.filter(({ name }) => name.endsWith(': p50'));
    return [
      ...lines.map(
        ({ name, samples }) => ({ budget: 'lineToBrowser', of: name, value: median(samples) }) as const,
      ),
      { budget: 'pushesPerSecond', of: '64 in flight', value: middle(pushesName) },
    ];
  },
};
