import type { TestProject } from 'vitest/node';

/** Prints, once for a whole run, what its properties are tried with. */
export function setup(project: TestProject): void {
  const seed = project.config.provide.properties?.seed;
  project.vitest.logger.log(`properties: seed ${seed}; UIDPUSH_SEED=${seed} tries the same again\n`);
}
