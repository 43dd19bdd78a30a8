import type { Template } from './cloud-formation.ts';
import type { References } from './intrinsics.ts';
import { resourcesOf } from './resource-reader.ts';

/** A statement of a function's own policy. */
export type InvokePermission = {
  /** `lambda:InvokeFunction` */
  action: string;
  /** Its name or its ARN. */
  functionName: string;
  /** Who may: a service, or `*` for anyone. */
  principal: string;
  /** Where calls may come from; `*` and `?` stand for any characters and for one. */
  sourceArn: string;
  /** Only for a function URL that lets in such callers. */
  functionUrlAuthType: string | undefined;
};

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
export function invokePermissions(template: Template, references: References): InvokePermission[] {
  return resourcesOf(template, references, 'AWS::Lambda::Permission').map((permission) => ({
    action: permission.text('Action'),
    functionName: permission.text('FunctionName'),
    principal: permission.text('Principal'),
    sourceArn: String(permission.value('SourceArn') ?? '*'),
    functionUrlAuthType: permission.value('FunctionUrlAuthType') as string | undefined,
  }));
}

/**
 * Whether one of `permissions` lets `service` invoke the function on behalf of the ARN `source`: an API's route, or a
 * rule.
 */
export function mayServiceInvoke(
  service: 'apigateway.amazonaws.com' | 'events.amazonaws.com',
  permissions: readonly InvokePermission[],
  functionArn: string,
  source: string,
): boolean {
  return permissionsFor(functionArn, permissions).some(
    ({ action, principal, sourceArn }) =>
      action === 'lambda:InvokeFunction' && principal === service && matches(sourceArn, source),
  );
}

/**
 * Whether `permissions` let anyone call the function by its URL: that takes two of them.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html#urls-auth-none
 */
export function mayAnyoneInvokeUrl(permissions: readonly InvokePermission[], functionArn: string): boolean {
  const forAnyone = permissionsFor(functionArn, permissions).filter(({ principal }) => principal === '*');
  return (
    forAnyone.some(({ action }) => action === 'lambda:InvokeFunction') &&
    forAnyone.some(
      ({ action, functionUrlAuthType = 'NONE' }) =>
        action === 'lambda:InvokeFunctionUrl' && functionUrlAuthType === 'NONE',
    )
  );
}

function permissionsFor(functionArn: string, permissions: readonly InvokePermission[]): InvokePermission[] {
  // A permission of a function permits no call of its aliases, and the other way round.
  const names = [functionArn, functionArn.split(':function:').at(-1)];
  return permissions.filter(({ functionName }) => names.includes(functionName));
}

function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[^\w*?]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(text);
}
