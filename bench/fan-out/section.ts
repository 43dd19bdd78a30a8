import { BROADCAST_SEGMENTS } from '../../lambda/broadcast/broadcast-task.ts';
import type { Figure } from '../figure.ts';
import { median } from '../median.ts';
import type { Section } from '../section.ts';
import { uidsOfChunk } from '../stub/multicast-answers.ts';
import { connectionsPerPage } from './conditions.ts';
import { type FanOut, measureFanOut } from './measure.ts';

const scales = {
  full: {
    pushesTo: [1, 10, 100, 1_000],
    pushes: 30,
    broadcastTo: 10_000,
    broadcasts: 5,
    multicastTo: 10_000,
    multicasts: 5,
  },
  quick: {
    pushesTo: [1, 10, 100, 1_000],
    pushes: 10,
    broadcastTo: 10_000,
    broadcasts: 2,
    multicastTo: 10_000,
    multicasts: 2,
  },
  // Two pages of each segment: a worker that has a next page asks more of AWS than one that is done.
  smallest: {
    pushesTo: [1, 10],
    pushes: 2,
    broadcastTo: BROADCAST_SEGMENTS * (connectionsPerPage + 1),
    broadcasts: 1,
    multicastTo: BROADCAST_SEGMENTS * uidsOfChunk,
    multicasts: 1,
  },
};

/** Fan-outs that the function's CPU bounds, and not the answers. */
const byCpu = ['push to 100', 'push to 1,000', 'multicast to 10,000'];

const names: Record<FanOut['kind'], string> = {
  push: 'push',
  broadcast: 'broadcast',
  multicast: 'multicast',
  share: 'worker of a multicast',
};

const timeSuffix = ': time';
const idealSuffix = ': ideal';

/** How long a message takes to reach many, beside what it would take if the functions themselves took no time. */
export const fanOut: Section = {
  name: 'fan-out',
  async measure(scale) {
    const found = await measureFanOut(scales[scale]);
    return found.flatMap(({ kind, connections, times, ideals, cpuUsOfPost, firstTime }): Figure[] => {
      const name = `${names[kind]} to ${connections.toLocaleString('en')}`;
      return [
        ...(firstTime === undefined
          ? []
          : [{ name: `${name}: first`, unit: 'ms', better: 'less' as const, samples: [firstTime] }]),
        { name: name + timeSuffix, unit: 'ms', better: 'less', samples: times },
        { name: name + idealSuffix, unit: 'ms', better: 'less', samples: ideals },
        {
          name: `${name}: CPU of a ${isOfUids(kind) ? 'uid' : 'post'}`,
          unit: 'µs',
          better: 'less',
          samples: cpuUsOfPost,
        },
      ];
    });
  },
  check: (figures) =>
    figures
      .filter(({ name }) => name.endsWith(timeSuffix))
      .map(({ name, samples }) => {
        const of = name.slice(0, -timeSuffix.length);
        const ideal = figures.find((figure) => figure.name === of + idealSuffix)?.samples ?? [];
        const budget = byCpu.includes(of) ? 'fanOutByCpu' : 'fanOut';
        return { budget, of, value: median(ideal) / median(samples) };
      }),
};

function isOfUids(kind: FanOut['kind']): boolean {
  return kind === 'multicast' || kind === 'share';
}
