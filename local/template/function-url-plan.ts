import type { Template } from './cloud-formation.ts';
import type { References } from './intrinsics.ts';
import { invokePermissions, mayAnyoneInvokeUrl } from './invoke-permission.ts';
import { resourcesOf } from './resource-reader.ts';

export type FunctionUrlPlan = {
  /** `https://<id>.lambda-url.<region>.on.aws/` */
  url: string;
  functionArn: string;
  /** Whether callers get to the function. If not, deployment succeeds and every call fails. */
  mayInvoke: boolean;
};

export function functionUrlPlans(template: Template, references: References): FunctionUrlPlan[] {
  const permissions = invokePermissions(template, references);
  return resourcesOf(template, references, 'AWS::Lambda::Url').map((url) => {
    const functionArn = url.text('TargetFunctionArn');
    // With AWS_IAM it depends on the caller's own permissions, which are not imitated.
    const isForAnyone = url.text('AuthType') === 'NONE';
    return {
      url: url.attribute('FunctionUrl'),
      functionArn,
      mayInvoke: !isForAnyone || mayAnyoneInvokeUrl(permissions, functionArn),
    };
  });
}
