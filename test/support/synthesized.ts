import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesizeOnce } from '../../local/synthesize.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The CDK app's cloud assembly, for `start` and for tests of the template. It is read only. */
    assemblyDirectory: string;
  }
}

let directory: string | undefined;

/** Synthesises the CDK app once for the whole run. Tests get it by `inject('assemblyDirectory')`. */
export async function setup(project: TestProject): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), 'uidpush-test-'));
  const assembly = join(directory, 'assembly');
  project.provide('assemblyDirectory', await synthesizeOnce(assembly, { env: 'local' }));
}

export async function teardown(): Promise<void> {
  if (directory) await rm(directory, { recursive: true });
}
