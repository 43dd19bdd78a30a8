import { CfnParameter, CfnRule, Fn, type Stack, Token } from 'aws-cdk-lib';
import { type ChosenEnvironment, settingText } from './settings/chosen-environment.ts';
import type { Setting } from './settings/setting.ts';
import { type SettingName, settings } from './settings/settings.ts';

/**
 * Has CloudFormation refuse a deployment that would change what `onChange` warns of, unless the command names it:
 *
 *     command                                              the stack's PushAuth   the rule
 *     cdk deploy (pushAuth=secret)                         made: secret           secret: done
 *     cdk deploy (pushAuth=iam)                            stays secret           iam: refused
 *     cdk deploy (pushAuth=iam) --parameters PushAuth=iam  set: iam               iam: done
 *
 * A parameter that a command doesn't name keeps the value that the stack has, whatever the template's default says: the
 * CDK passes `UsePreviousValue`. Rules are checked before anything is touched, and cost nothing. The stack itself
 * remembers, so it holds for every person and machine that deploys.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
 */
export function guardSettings(stack: Stack, { checked }: ChosenEnvironment): void {
  for (const [name, { onChange }] of Object.entries<Setting>(settings)) {
    const value = checked[name as SettingName];
    // A parameter's default must be known at synthesis.
    if (onChange === undefined || Token.isUnresolved(value)) continue;
    const text = settingText(value);
    const parameter = parameterName(name);
    new CfnParameter(stack, parameter, {
      default: text,
      description: `The setting ${name} as it was deployed. ${onChange}`,
    });
    new CfnRule(stack, `${parameter}IsNotChanged`, {
      assertions: [
        {
          assert: Fn.conditionEquals({ Ref: parameter }, text),
          assertDescription: `${name} would change to ${text}. ${onChange} If that is meant: --parameters ${parameter}=${text}`,
        },
      ],
    });
  }
}

/**
 * `pushAuth` → `PushAuth`. What has "secret" in its name is taken for one by CloudFormation's checks; the value is a
 * setting's, like `true`.
 */
function parameterName(setting: string): string {
  return setting.charAt(0).toUpperCase() + setting.slice(1).replace('Secret', 'Credential');
}
