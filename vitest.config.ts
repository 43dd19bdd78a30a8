import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { patience } from './test/support/patience.ts';
import { testProjects } from './test/support/test-projects.ts';

const minute = 60_000;

// For this process, which synthesises the stack that all tests share, and for those that it starts.
process.env.UIDPUSH_CONFIG = 'test/support/uidpush.config.ts';

/** The gate tries the same values everywhere. To try others is a search: `npm run test:search`. */
const pinnedSeed = 20_251_127;

/** What takes longest begins first: at the end nothing waits for it alone. */
class LongTestsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ project }: TestSpecification) => project.name === 'long';
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig(async ({ mode }) => {
  const isSearch = mode === 'search';
  const seed = Number(process.env.UIDPUSH_SEED ?? (isSearch ? randomInt(2 ** 31) : pinnedSeed));
  const shared = {
    // The SDK says at each start that it will want Node 22 from 2027 on.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    expect: { poll: patience },
    provide: { properties: { seed, effort: isSearch ? 10 : 1 } },
  };
  const { unit, template, stack, long, search } = await testProjects();
  const units = {
    ...shared,
    name: 'unit',
    include: unit,
    setupFiles: ['test/support/no-sockets.ts'],
    // Rules leave nothing behind, so the files share processes, and with them what they import.
    isolate: false,
    ...limit(3 * minute),
  };
  const onStack = {
    ...shared,
    globalSetup: ['test/support/synthesized.ts'],
    // They wait for about a third of their time: for sockets that end, functions that die, programs that start.
    maxWorkers: availableParallelism() + 1,
    sequence: { groupOrder: 1 },
  };
  const projects = isSearch
    ? [{ ...onStack, name: 'search', include: search, ...limit(60 * minute) }]
    : [
        units,
        // They change nothing but the apps that they make, so the files share processes, and with them the CDK.
        { ...shared, name: 'template', include: template, isolate: false, ...limit(3 * minute) },
        // What a file starts it stops, so these share processes too.
        { ...onStack, name: 'stack', include: stack, isolate: false, ...limit(3 * minute) },
        { ...onStack, name: 'long', include: long, ...limit(10 * minute) },
      ];
  return {
    test: {
      provide: shared.provide,
      // Vitest's own process, for which it would leave one free, has nothing to do meanwhile.
      maxWorkers: '100%',
      globalSetup: ['test/support/print-seed.ts'],
      sequence: { sequencer: LongTestsFirst },
      projects: projects.map((test) => ({ test })),
    },
  };
});

/** A time limit ends what hangs. It is no measurement: other programs may have the machine's processors. */
function limit(milliseconds: number) {
  return { testTimeout: milliseconds, hookTimeout: milliseconds };
}
