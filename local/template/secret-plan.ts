import type { Template } from './cloud-formation.ts';
import type { References } from './intrinsics.ts';
import { type ResourceReader, resourcesOf } from './resource-reader.ts';

export type SecretPlan = {
  name: string;
  arn: string;
  /** Kind of its first value. */
  rules: { length: number; excludePunctuation: boolean };
};

export function secretPlans(template: Template, references: References): SecretPlan[] {
  return resourcesOf(template, references, 'AWS::SecretsManager::Secret').map((secret) => ({
    name: secret.attribute('Name'),
    arn: secret.ref,
    rules: rulesOf(secret),
  }));
}

/**
 * Defaults:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html
 */
function rulesOf(secret: ResourceReader): SecretPlan['rules'] {
  const property = 'GenerateSecretString';
  const given = (secret.value(property) ?? {}) as Record<string, unknown>;
  const { PasswordLength = 32, ExcludePunctuation = false, ...others } = given;
  const [other] = Object.keys(others);
  if (other !== undefined) throw secret.problem(`${property}.${other}`, 'is not imitated');
  const length = Number(PasswordLength);
  // One character of each type must fit.
  if (!(length >= 4 && length <= 4_096)) {
    throw secret.problem(`${property}.PasswordLength`, 'must be from 4 to 4096');
  }
  return { length, excludePunctuation: ExcludePunctuation === true };
}
