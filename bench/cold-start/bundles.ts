import { statSync, symlinkSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { bundleFunction, filesAtStart, sourceDirectory } from '../../lib/bundle-function.ts';
import { FunctionSource } from '../../lib/function-source.ts';

/**
 * `deployed`: as it is deployed. `sdk`: the same with the clients of the AWS SDK as they are by themselves, all loaded
 * at the start, bundled as CDK's `NodejsFunction` does when nothing is said.
 */
const variants = ['deployed', 'sdk'] as const;
export type Variant = (typeof variants)[number];

export type Bundle = { name: FunctionSource; variant: Variant; file: string; bytes: number };

const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** Bundles both variants of the functions into a directory of their own, for as long as `use` takes. */
export async function withBundles<Result>(
  names: readonly FunctionSource[],
  use: (bundles: Bundle[], directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'uidpush-bundles-'));
  try {
    // Packages that the SDK's variant leaves outside are found here, as it is in Lambda's own folder of packages.
    symlinkSync(packages, join(directory, 'node_modules'), 'dir');
    const bundles: Bundle[] = [];
    for (const name of names) {
      for (const variant of variants) bundles.push(await bundleInto(directory, name, variant));
    }
    return await use(bundles, directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function bundleInto(directory: string, name: FunctionSource, variant: Variant): Promise<Bundle> {
  const own = join(directory, `${name}-${variant}`);
  const file = join(own, variant === 'deployed' ? 'index.mjs' : 'index.cjs');
  const bytes = variant === 'deployed' ? deployedInto(own, name) : await byDefaultsInto(file, name);
  return { name, variant, file, bytes };
}

/** Returns the bytes that are loaded at the start. */
function deployedInto(directory: string, name: FunctionSource): number {
  const { outputs } = bundleFunction(name, directory);
  return filesAtStart(outputs).reduce((total, { bytes }) => total + bytes, 0);
}

/** Source: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda_nodejs.BundlingOptions.html */
async function byDefaultsInto(outfile: string, name: FunctionSource): Promise<number> {
  await build({
    entryPoints: [join(sourceDirectory, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    external: ['@aws-sdk/*', '@smithy/*'],
    plugins: [byDefaults],
  });
  return statSync(outfile).size;
}

const defaultSettings = fileURLToPath(new URL('sdk/client-settings.ts', import.meta.url));

/** Takes the settings away, and loads at the start what is loaded when it is needed. */
const byDefaults: Plugin = {
  name: 'by-defaults',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /\/client-settings\.ts$/ }, () => ({ path: defaultSettings }));
    onLoad({ filter: /\/lambda\/aws\/.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const later = [...source.matchAll(/\bimport\(('[^']+')\)/g)].map(
        ([, module], index) => `\nexport * as later${index} from ${module};`,
      );
      return { contents: source + later.join(''), loader: 'ts' };
    });
  },
};

/** Variables that the functions want to see, with nothing behind their addresses unless `overrides` says so. */
export function bundleEnvironment(overrides: Record<string, string> = {}): Record<string, string> {
  return {
    TABLE_NAME: 'connections',
    MESSAGE_TABLE_NAME: 'messages',
    MAX_TTL_SECONDS: '604800',
    CONNECTIONS_URL: 'http://127.0.0.1:9/live',
    WEB_SOCKET_URL: 'ws://127.0.0.1:9/live',
    PUSH_URL: 'http://127.0.0.1:9/',
    ALLOWED_ORIGINS: '',
    IDENTITY: 'token',
    TOKEN_SECRET_ID: 'token-secret',
    TOKEN_JWKS_URL: '',
    TOKEN_ISSUER: '',
    TOKEN_AUDIENCE: '',
    SESSIONS: 'many',
    PUSH_AUTH: 'iam',
    POSTS_PER_SECOND: '500',
    BROADCAST_QUEUE_URL: 'http://127.0.0.1:9/000000000000/tasks.fifo',
    BROADCAST_DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1:9/000000000000/dead.fifo',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_REGION: 'local',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...overrides,
  };
}

const presenceFunctions: readonly FunctionSource[] = [
  FunctionSource.presenceWorker,
  FunctionSource.webhookWorker,
  FunctionSource.presenceSweep,
];

/** Variables that make the others announce who comes and goes, so only those of presence have them. */
const presenceEnvironment = {
  LOOK_QUEUE_URL: 'http://127.0.0.1:9/000000000000/looks.fifo',
  SETTLE_QUEUE_URL: 'http://127.0.0.1:9/000000000000/settles.fifo',
  PRESENCE_GRACE_SECONDS: '15',
  WEBHOOK_URL: 'https://127.0.0.1:9/',
  WEBHOOK_QUEUE_URL: 'http://127.0.0.1:9/000000000000/webhook.fifo',
  WEBHOOK_SECRET_ID: 'webhook-secret',
};

/** Returns the variables of one function, to load it. */
export function environmentOf(name: FunctionSource): Record<string, string> {
  return bundleEnvironment(presenceFunctions.includes(name) ? presenceEnvironment : {});
}

export const allFunctions: readonly FunctionSource[] = Object.values(FunctionSource);
