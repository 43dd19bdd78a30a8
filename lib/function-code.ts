import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleFunction, sourceDirectory } from './bundle-function.ts';
import type { FunctionSource } from './function-source.ts';

/**
 * A function's code, bundled from its source at synthesis. In the package, which has neither the sources nor esbuild,
 * `packaged-function-code.ts` stands for this file: see `imports` in package.json.
 *
 * `NodejsFunction` makes the same, but starts npx and esbuild anew for each, which takes a second.
 */
export function functionCode(source: FunctionSource): Code {
  return Code.fromAsset(sourceDirectory, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      local: {
        tryBundle(outputDirectory) {
          bundleFunction(source, outputDirectory);
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
