import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage, type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as CdkFunction, Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';

export type LambdaFunctionProps = {
  /** The file in `lambda/` that exports `handler`, without its ending. */
  source: string;
  /** How long one invocation may take. */
  timeout: Duration;
  /** In MB; the share of a CPU grows with it. @default 256 */
  memorySize?: number;
};

/** A function that may do nothing but write its own log. All else is granted by the part that it uses. */
export class LambdaFunction extends CdkFunction {
  constructor(scope: Construct, id: string, { source, timeout, memorySize = 256 }: LambdaFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Instead of AWSLambdaBasicExecutionRole, which may create and write every log group of the account.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);

    super(scope, id, {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: bundled(source),
      logGroup,
      role,
      timeout,
      memorySize,
    });
  }
}

const sources = fileURLToPath(new URL('../lambda', import.meta.url));

const requireForPackages =
  "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** One minified ESM file. `NodejsFunction` makes the same, but starts npx and esbuild anew for each, which takes a second. */
function bundled(source: string): Code {
  return Code.fromAsset(sources, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      local: {
        tryBundle(outputDirectory) {
          bundle(join(sources, `${source}.ts`), join(outputDirectory, 'index.mjs'));
          return true;
        },
      },
      // Never used: bundling is always local, so that neither synthesis nor deployment needs Docker.
      image: DockerImage.fromRegistry('none'),
      // Not used either, but CDK bundles a path once for all functions whose options are equal, and these are not.
      command: [source],
    },
  });
}

/** Bundles one function, as it is deployed. */
export function bundle(entry: string, outfile: string): void {
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Packages' ESM sources are smaller and load faster than their CommonJS ones. Those that have none require Node's modules, which a
    // module of JavaScript has no `require` for.
    mainFields: ['module', 'main'],
    banner: { js: requireForPackages },
  });
}
