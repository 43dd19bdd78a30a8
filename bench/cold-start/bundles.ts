import { statSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { bundleFunction, sourceDirectory } from '../../lib/bundle-function.ts';
import { FunctionSource } from '../../lib/function-source.ts';

/** `deployed`: as it is deployed. `sdk`: on the AWS SDK, bundled as CDK's `NodejsFunction` does when nothing is said. */
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
    // What the SDK's variant leaves outside is found here, as it is in Lambda's own folder of packages.
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
  if (variant === 'deployed') bundleFunction(name, own);
  else await bundleByDefaults(join(sourceDirectory, `${name}.ts`), file);
  return { name, variant, file, bytes: statSync(file).size };
}

/** Source: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda_nodejs.BundlingOptions.html */
async function bundleByDefaults(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    external: ['@aws-sdk/*', '@smithy/*'],
    plugins: [onTheSdk],
  });
}

const sdkDirectory = fileURLToPath(new URL('sdk', import.meta.url));

/** Puts the files of `sdk/` in the place of those that call AWS without it. */
const onTheSdk: Plugin = {
  name: 'on-the-sdk',
  setup({ onResolve }) {
    onResolve(
      { filter: /\/(dynamodb|sqs|secrets-manager|api-gateway-connections)\.ts$/ },
      ({ path, importer }) =>
        importer.startsWith(sdkDirectory) ? undefined : { path: join(sdkDirectory, basename(path)) },
    );
  },
};

/** Variables that the functions want to see, with nothing behind their addresses unless `overrides` says so. */
export function bundleEnvironment(overrides: Record<string, string> = {}): Record<string, string> {
  return {
    TABLE_NAME: 'connections',
    MESSAGE_TABLE_NAME: 'messages',
    MAX_TTL_SECONDS: '604800',
    CONNECTIONS_URL: 'http://127.0.0.1:9/live',
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

export const allFunctions: readonly FunctionSource[] = Object.values(FunctionSource);
