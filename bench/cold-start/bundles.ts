import { statSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundle } from '../../lib/bundle-function.ts';

/** Functions that have both variants. */
export const measuredFunctions = ['push', 'register'] as const;
export type MeasuredFunction = (typeof measuredFunctions)[number];

/** `deployed`: as it is deployed. `sdk`: on the AWS SDK, bundled as CDK's `NodejsFunction` does when nothing is said. */
export const variants = ['deployed', 'sdk'] as const;
export type Variant = (typeof variants)[number];

export type Bundle = { name: MeasuredFunction; variant: Variant; file: string; bytes: number };

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles both variants of each function into a directory of their own, for as long as `use` takes. */
export async function withBundles<Result>(use: (bundles: Bundle[]) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'uidpush-bundles-'));
  try {
    // What the SDK's variant leaves outside is found here, as it is in Lambda's own folder of packages.
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'), 'dir');
    const bundles: Bundle[] = [];
    for (const name of measuredFunctions) {
      for (const variant of variants) {
        const file = join(
          directory,
          `${name}-${variant}`,
          variant === 'deployed' ? 'index.mjs' : 'index.cjs',
        );
        if (variant === 'deployed') bundle(join(root, `lambda/${name}.ts`), file);
        else await bundleByDefaults(join(root, `bench/cold-start/sdk-${name}.ts`), file);
        bundles.push({ name, variant, file, bytes: statSync(file).size });
      }
    }
    return await use(bundles);
  } finally {
    await rm(directory, { recursive: true });
  }
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
  });
}

/** Variables that the functions want to see, with nothing behind their addresses unless `overrides` says so. */
export function bundleEnvironment(overrides: Record<string, string> = {}): Record<string, string> {
  return {
    TABLE_NAME: 'connections',
    MESSAGE_TABLE_NAME: 'messages',
    MAX_TTL_SECONDS: '604800',
    CONNECTIONS_URL: 'http://127.0.0.1:9/live',
    IDENTITY: 'token',
    TOKEN_SECRET_ID: 'token-secret',
    TOKEN_JWKS_URL: '',
    TOKEN_ISSUER: '',
    TOKEN_AUDIENCE: '',
    SESSIONS: 'many',
    PUSH_AUTH: 'iam',
    BROADCAST_QUEUE_URL: 'http://127.0.0.1:9/000000000000/tasks.fifo',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_REGION: 'local',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...overrides,
  };
}
