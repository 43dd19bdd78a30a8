import { fileURLToPath } from 'node:url';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { FunctionSource } from './function-source.ts';

/** A function's code as the package brings it: in `functions/`, beside the module that this file is bundled into. */
export function functionCode(source: FunctionSource): Code {
  return Code.fromAsset(fileURLToPath(new URL(`functions/${source}`, import.meta.url)));
}
