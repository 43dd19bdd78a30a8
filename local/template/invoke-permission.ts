import type { Template } from './cloud-formation.ts';
import type { References } from './intrinsics.ts';
import { resourcesOf } from './resource-reader.ts';

/** A statement of a function's own policy that lets API Gateway invoke it. */
export type InvokePermission = {
  /** Its name or its ARN. */
  functionName: string;
  /** Where calls may come from; `*` and `?` stand for any characters and for one. */
  sourceArn: string;
};

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
export function invokePermissions(template: Template, references: References): InvokePermission[] {
  return resourcesOf(template, references, 'AWS::Lambda::Permission')
    .filter((permission) => permission.value('Principal') === 'apigateway.amazonaws.com')
    .filter((permission) => permission.value('Action') === 'lambda:InvokeFunction')
    .map((permission) => ({
      functionName: permission.text('FunctionName'),
      sourceArn: String(permission.value('SourceArn') ?? '*'),
    }));
}

/** Whether one of `permissions` lets the route with the ARN `source` invoke the function. */
export function isAllowed(permissions: InvokePermission[], functionArn: string, source: string): boolean {
  return permissions.some(
    ({ functionName, sourceArn }) =>
      [functionArn, functionArn.split(':').at(-1)].includes(functionName) && matches(sourceArn, source),
  );
}

function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[^\w*?]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(text);
}
