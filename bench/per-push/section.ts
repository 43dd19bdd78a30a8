import type { Figure } from '../figure.ts';
import { median } from '../median.ts';
import { type Check, figureOf, type Section } from '../section.ts';
import { measurePushes } from './measure.ts';

const scales = {
  full: { repetitions: 5, warmUps: 2_000, pushes: 3_000, warmUpsToMany: 40, pushesToMany: 40 },
  quick: { repetitions: 3, warmUps: 1_000, pushes: 1_500, warmUpsToMany: 20, pushesToMany: 20 },
  smallest: { repetitions: 1, warmUps: 5, pushes: 5, warmUpsToMany: 1, pushesToMany: 1 },
};

const cpuOf = (variant: string) => `CPU, ${variant}`;
const cpuOfPost = (variant: string) => `CPU of a post to 100, ${variant}`;
const callsTo = (connections: number) => `calls, to ${connections}`;

/** Cost of one push: requests to AWS, their bytes, and the function's CPU. */
export const perPush: Section = {
  name: 'per-push',
  async measure(scale) {
    const { cpuUs, cpuUsOfPost, traffic } = await measurePushes(scales[scale]);
    const cpu = Object.entries(cpuUs).map(
      ([variant, samples]): Figure => ({ name: cpuOf(variant), unit: 'µs', better: 'less', samples }),
    );
    const asked = traffic.flatMap(
      ({ connections, traffic: { posts, tableCalls, bytesIn, bytesOut } }): Figure[] => [
        { name: callsTo(connections), unit: 'calls', better: 'less', samples: [posts + tableCalls] },
        { name: `bytes sent, to ${connections}`, unit: 'bytes', better: 'less', samples: [bytesIn] },
        { name: `bytes received, to ${connections}`, unit: 'bytes', better: 'less', samples: [bytesOut] },
      ],
    );
    const posts = Object.entries(cpuUsOfPost).map(
      ([variant, samples]): Figure => ({ name: cpuOfPost(variant), unit: 'µs', better: 'less', samples }),
    );
    return [...cpu, ...posts, ...asked];
  },
  check(figures) {
    const middle = (name: string) => median(figureOf(figures, name).samples);
    const calls = [1, 10, 100].map(
      (connections): Check => ({
        budget: 'callsPerPush',
        of: `to ${connections}`,
        value: middle(callsTo(connections)) - 1 - connections,
      }),
    );
    const ofSdk = (name: (variant: string) => string) => middle(name('deployed')) / middle(name('sdk'));
    return [
      ...calls,
      { budget: 'cpuPerPush', of: 'to 1', value: ofSdk(cpuOf) },
      { budget: 'cpuPerPost', of: 'to 100', value: ofSdk(cpuOfPost) },
    ];
  },
};
