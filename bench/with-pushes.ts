import { bundleEnvironment } from './cold-start/bundles.ts';
import { type BenchProcess, withProcess } from './process.ts';
import type { PushAnswer, PushQuestion } from './push-program.ts';

export type Pushing = BenchProcess<PushQuestion, PushAnswer>;

/** Runs the push handler of a bundle in a process of its own, for as long as `use` takes. */
export function withPushes<Result>(
  file: string,
  environment: Record<string, string>,
  use: (pushing: Pushing) => Promise<Result>,
): Promise<Result> {
  return withProcess<object, PushQuestion, PushAnswer, Result>(
    new URL('push-program.ts', import.meta.url),
    { args: [file], env: bundleEnvironment(environment) },
    (_ready, pushing) => use(pushing),
  );
}
