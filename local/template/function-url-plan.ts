import type { Template } from './cloud-formation.ts';
import type { References } from './intrinsics.ts';
import { invokePermissions, mayAnyoneInvokeUrl } from './invoke-permission.ts';
import { resourcesOf } from './resource-reader.ts';

/** `AWS_IAM`: requests must be signed by a principal that may call the function. */
export type FunctionUrlAuthType = 'AWS_IAM' | 'NONE';

export type FunctionUrlPlan = {
  /** `https://<id>.lambda-url.<region>.on.aws/` */
  url: string;
  functionArn: string;
  authType: FunctionUrlAuthType;
  /** Whether callers get to the function. If not, deployment succeeds and every call fails. */
  mayInvoke: boolean;
  /** Whether the function gets paths decoded, as from an HTTP API. */
  decodesPath: boolean;
};

export function functionUrlPlans(template: Template, references: References): FunctionUrlPlan[] {
  const permissions = invokePermissions(template, references);
  return resourcesOf(template, references, 'AWS::Lambda::Url').map((url) => {
    const alias = url.value('Qualifier');
    const target = url.text('TargetFunctionArn');
    const functionArn = alias === undefined ? target : `${target}:${alias}`;
    // With AWS_IAM it depends on the caller's own permissions, which are not imitated.
    const authType = url.text('AuthType') === 'NONE' ? 'NONE' : 'AWS_IAM';
    return {
      url: url.attribute('FunctionUrl'),
      functionArn,
      authType,
      mayInvoke: authType === 'AWS_IAM' || mayAnyoneInvokeUrl(permissions, functionArn),
      decodesPath: false,
    };
  });
}
