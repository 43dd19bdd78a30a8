import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Says why a rule of cdk-nag's AwsSolutions does not fit `construct` and what is in it. */
export function acknowledge(construct: IConstruct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${rule}`, reason });
}

/** The packs of cdk-nag beside AwsSolutions that the app is checked by. */
type OtherPack = 'Serverless' | 'NIST.800.53.R5';

/** Says the same of rules of `pack`, by their names without it. */
export function acknowledgeOf(
  pack: OtherPack,
  construct: IConstruct,
  reasons: Readonly<Record<string, string>>,
): void {
  for (const [rule, reason] of Object.entries(reasons)) {
    Validations.of(construct).acknowledge({ id: `${pack}-${rule}`, reason });
  }
}

/** Says of a role, or of what makes one, why its policy is its own. */
export function acknowledgeOwnPolicy(construct: IConstruct): void {
  acknowledgeOf('NIST.800.53.R5', construct, {
    IAMNoInlinePolicy:
      'Each role may do what its one function does; a managed policy could be attached elsewhere.',
  });
}

/** Says of a log group why it has no key of its own. */
export function acknowledgeLogGroup(construct: IConstruct): void {
  acknowledgeOf('NIST.800.53.R5', construct, {
    CloudWatchLogGroupEncrypted:
      'CloudWatch encrypts all logs; a key of KMS costs a dollar a month, and no line has a message or a secret.',
  });
}

/** Says of a secret why AWS neither rotates it nor has a key of the account for it. */
export function acknowledgeSecret(construct: IConstruct, whyNotRotated: string): void {
  acknowledge(construct, 'SMG4', whyNotRotated);
  acknowledgeOf('NIST.800.53.R5', construct, {
    SecretsManagerRotationEnabled: whyNotRotated,
    SecretsManagerUsingKMSKey:
      'Secrets Manager encrypts it with the key that AWS has for the account; one of its own costs a dollar a month.',
  });
}

/** Says why a policy of `construct` may name `resource`, an ARN with a wildcard; any other wildcard is still found. */
export function acknowledgeWildcard(construct: IConstruct, resource: string, reason: string): void {
  acknowledge(construct, `IAM5[Resource::${flattened(Stack.of(construct).resolve(resource))}]`, reason);
}

/**
 * A CloudFormation value as cdk-nag writes it in a finding's name.
 * Source: https://github.com/cdklabs/cdk-nag/blob/main/src/utils/flatten-cfn-reference.ts
 */
function flattened(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Intrinsic;
  if (Ref !== undefined) return `<${Ref}>`;
  if (attribute !== undefined) return `<${attribute.join('.')}>`;
  if (join !== undefined) return join[1].map(flattened).join(join[0]);
  return JSON.stringify(value);
}

type Intrinsic = { Ref?: string; 'Fn::GetAtt'?: string[]; 'Fn::Join'?: [string, unknown[]] };
