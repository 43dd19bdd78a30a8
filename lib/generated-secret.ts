import { RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledgeSecret } from './acknowledge.ts';

export type GeneratedSecretProps = {
  description: string;
  /** Letters and digits. */
  length: number;
  /** Why nobody but its owner may change the value. */
  notRotatedBecause: string;
};

/**
 * A secret whose value is made once. It outlives the resource: where a setting, or the stack, has no use for it any
 * more, those who have the value may still need it, and nothing brings it back. A later one gets a name of its own, so
 * that what is left is in nobody's way. Only where the very creation of the stack fails does it go, too.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
export class GeneratedSecret extends Secret {
  constructor(
    scope: Construct,
    id: string,
    { description, length, notRotatedBecause }: GeneratedSecretProps,
  ) {
    super(scope, id, {
      description,
      generateSecretString: { passwordLength: length, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    acknowledgeSecret(this, notRotatedBecause);
  }
}
