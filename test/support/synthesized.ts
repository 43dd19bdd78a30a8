import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { bundleCli } from '../../bin/bundles.ts';
import { region } from '../../local/template/references.ts';
import { assemblyFrom } from './assembly.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The cloud assembly that tests run unless they need settings of their own. It is read only. */
    assemblyDirectory: string;
    /** Where assemblies with other contexts are to be had: `assemblyWith`. */
    assemblies: string;
    /** The command, in one file. */
    command: string;
  }
}

const program = fileURLToPath(new URL('assembly-program.ts', import.meta.url));
const config = 'test/support/uidpush.config.ts';

let directory: string | undefined;
let synthesis: ChildProcess | undefined;

/**
 * Bundles the command once for the whole run, and has each context of the CDK app synthesised once, when the first test
 * needs it.
 */
export async function setup(project: TestProject): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), 'uidpush-test-'));
  synthesis = fork(program, [directory, config], {
    execArgv: ['--import', 'tsx'],
    // As of a start of the stack: see `synthesize`.
    env: { ...process.env, CDK_DEFAULT_REGION: region, CDK_VALIDATION: 'false' },
    // The CDK warns of each setting that is not the settings file's.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const errors = synthesis.stderr ? text(synthesis.stderr) : '';
  const ended = once(synthesis, 'exit').then(async () => {
    throw new Error(`The program that makes assemblies has ended: ${await errors}`);
  });
  // Until the teardown.
  ended.catch(() => {});
  const command = join(directory, 'cli/cli.mjs');
  await bundleCli(command);
  project.provide('command', command);
  const [url] = (await Promise.race([once(synthesis, 'message'), ended])) as [string];
  project.provide('assemblies', url);
  project.provide('assemblyDirectory', await assemblyFrom(url, { env: 'local' }));
}

export async function teardown(): Promise<void> {
  if (synthesis) {
    const ended = once(synthesis, 'exit');
    synthesis.disconnect();
    await ended;
  }
  if (directory) await rm(directory, { recursive: true });
}
