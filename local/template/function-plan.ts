import type { Template } from './cloud-formation.ts';
import type { References } from './intrinsics.ts';
import { type ResourceReader, resourcesOf } from './resource-reader.ts';

/** A function as it can be called: by itself, `$LATEST`, or by an alias, as a version. */
export type FunctionPlan = {
  logicalId: string;
  name: string;
  /** With the alias, if that is what is called. */
  arn: string;
  version: string;
  /** The directory that would be its deployment package. */
  assetDirectory: string;
  /** `<module>.<export>` */
  handler: string;
  environment: Record<string, string>;
  timeoutMs: number;
  memoryMb: number;
};

export function functionPlans(
  template: Template,
  references: References,
  assetDirectories: ReadonlyMap<string, string>,
): FunctionPlan[] {
  const unqualified = resourcesOf(template, references, 'AWS::Lambda::Function').map((fn) => ({
    logicalId: fn.logicalId,
    name: fn.ref,
    arn: fn.attribute('Arn'),
    version: '$LATEST',
    assetDirectory: assetDirectory(fn, assetDirectories),
    handler: fn.text('Handler'),
    environment: environment(fn),
    // Defaults:
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
    timeoutMs: fn.number('Timeout', 3) * 1_000,
    memoryMb: fn.number('MemorySize', 128),
  }));
  const aliases = resourcesOf(template, references, 'AWS::Lambda::Alias').map((alias): FunctionPlan => {
    const name = alias.text('FunctionName');
    const fn = unqualified.find((plan) => plan.name === name);
    if (!fn) throw alias.problem('FunctionName', `names no function of this stack: ${name}`);
    const version = alias.text('FunctionVersion');
    const isPublished = resourcesOf(template, references, 'AWS::Lambda::Version').some(
      ({ ref }) => ref === `${fn.arn}:${version}`,
    );
    if (!isPublished) throw alias.problem('FunctionVersion', `is no version of this stack: ${version}`);
    return { ...fn, arn: alias.ref, version };
  });
  return [...unqualified, ...aliases];
}

function assetDirectory(fn: ResourceReader, assetDirectories: ReadonlyMap<string, string>): string {
  const { S3Key } = fn.value('Code') as { S3Key?: string };
  const directory = assetDirectories.get(S3Key ?? '');
  if (!directory) throw fn.problem('Code', 'is not an asset of the CDK app');
  return directory;
}

function environment(fn: ResourceReader): Record<string, string> {
  const { Variables = {} } = (fn.value('Environment') ?? {}) as { Variables?: Record<string, unknown> };
  for (const [name, value] of Object.entries(Variables)) {
    if (typeof value !== 'string') throw fn.problem(`Environment.Variables.${name}`, 'is not a string');
  }
  return Variables as Record<string, string>;
}
