import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assemblyKey } from './assembly-key.ts';
import { keptAssembly } from './kept-assembly.ts';
import { region } from './template/references.ts';

/** The CDK app did not give a template. The message has what it printed. */
export class SynthesisError extends Error {
  override readonly name = 'SynthesisError';
}

const project = fileURLToPath(new URL('..', import.meta.url));
const timeoutMs = 120_000;
const maxOutputLength = 20_000;

/** Git passes it over, and a new installation of the packages empties it. */
const cache = join(project, 'node_modules/.cache/uidpush/assemblies');

type Chosen = {
  environment?: string | undefined;
  identity?: string | undefined;
  context?: Record<string, string> | undefined;
};

/** The context of the CDK app that makes the template of the local stack with these options. */
export function contextOf({ environment, identity, context }: Chosen): Record<string, string> {
  return {
    ...(environment === undefined ? { env: 'local', text: 'true' } : { env: environment }),
    ...(identity !== undefined && { identity }),
    // What a file allows of claimed uids it can't of tokens: their claims say what a page may join and watch.
    ...(identity === 'token' && { claimedGroups: 'false', claimedWatch: 'false' }),
    ...context,
  };
}

/**
 * As `synthesize`, but an assembly that was made from the same sources, packages and context is kept and taken again.
 * `directory` must not exist.
 */
export async function synthesizeOnce(
  directory: string,
  context: Record<string, string>,
  signal?: AbortSignal,
): Promise<string> {
  await keptAssembly(directory, {
    cache,
    key: () => assemblyKey(project, context),
    synthesize: (made) => synthesize(made, context, signal),
  });
  return directory;
}

/**
 * Makes the CDK app's cloud assembly in `directory`, and returns that path. `context` is added to the context of
 * cdk.json, as `-c key=value` is; the signal ends the synthesis, which then rejects with its reason.
 *
 * Runs the CDK app as `cdk synth` does, without the CLI: the command of cdk.json, with the output directory and the
 * context in its environment.
 * Source:
 * https://github.com/aws/aws-cdk-cli/blob/main/packages/@aws-cdk/toolkit-lib/lib/api/cloud-assembly/private/exec.ts
 */
export async function synthesize(
  directory: string,
  context: Record<string, string>,
  signal?: AbortSignal,
): Promise<string> {
  const config = JSON.parse(await readFile(join(project, 'cdk.json'), 'utf8')) as {
    app: string;
    context?: Record<string, unknown>;
  };
  const timeout = AbortSignal.timeout(timeoutMs);
  const ended = AbortSignal.any([timeout, ...(signal ? [signal] : [])]);
  signal?.throwIfAborted();

  const app = spawn(config.app, {
    shell: true,
    cwd: project,
    // A process group of its own, so that the shell's children end with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...withoutAws(process.env),
      PATH: [join(project, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
      CDK_OUTDIR: directory,
      CDK_DEFAULT_REGION: region,
      // CloudFormation's rules are for what is deployed. To check them would take longer than all the rest of the
      // start.
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify({ ...config.context, ...context }),
    },
  });
  const endGroup = () => killGroup(app.pid);
  ended.addEventListener('abort', endGroup);
  let output = '';
  for (const stream of [app.stdout, app.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-maxOutputLength);
    });
  }
  const [exitCode] = await once(app, 'close');
  ended.removeEventListener('abort', endGroup);
  signal?.throwIfAborted();
  if (timeout.aborted)
    throw new SynthesisError(`The CDK app (${config.app}) took over ${timeoutMs / 1_000} s.`);
  if (exitCode !== 0) {
    throw new SynthesisError(
      `The CDK app (${config.app}) failed with exit code ${exitCode}:\n${output.trimEnd()}`,
    );
  }
  return directory;
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** The person's credentials, region and account are no business of a template that runs on this machine. */
function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(AWS|CDK)_/.test(name)));
}
