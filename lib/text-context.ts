import { isIPv4 } from 'node:net';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { ConfigurationError } from './configuration.ts';
import { matching, trueOrFalse } from './context-values.ts';
import type { TextEndpointOptions } from './text-endpoint.ts';

/**
 * What the deployment chose for the text endpoint by CDK context; `undefined`: there is none. What `scope` looks up or refers to is made in it.
 */
export function readTextContext(scope: Construct): TextEndpointOptions | undefined {
  const context = (key: string): unknown => scope.node.tryGetContext(key);
  if (!trueOrFalse('text', context('text'))) return undefined;

  const vpcId = matching('textVpcId', context('textVpcId'), /^vpc-[0-9a-f]+$/, 'the id of a VPC');
  const certificateArn = matching(
    'textCertificateArn',
    context('textCertificateArn'),
    /^arn:[^:]+:acm:/,
    "a certificate's ARN",
  );
  const allowedFrom = ranges('textAllowedFrom', context('textAllowedFrom'));
  return {
    ...(vpcId && { vpc: Vpc.fromLookup(scope, 'TextVpc', { vpcId }) }),
    ...(allowedFrom && { allowedFrom }),
    ...(certificateArn && {
      certificate: Certificate.fromCertificateArn(scope, 'TextCertificate', certificateArn),
    }),
    secret: trueOrFalse('textSecret', context('textSecret')),
    tasks: taskCount('textTasks', context('textTasks') ?? 2),
  };
}

function ranges(key: string, value: unknown): string[] | undefined {
  if (value === undefined || value === '') return undefined;
  const list = typeof value === 'string' ? value.split(',').map((range) => range.trim()) : [];
  if (list.length > 0 && list.every(isIPv4Range)) return list;
  throw new ConfigurationError(
    key,
    value,
    'it must be a comma list of IPv4 ranges, like 10.0.0.0/16,192.0.2.7/32',
  );
}

function isIPv4Range(text: string): boolean {
  const [address = '', prefix = '', ...others] = text.split('/');
  return isIPv4(address) && /^\d{1,2}$/.test(prefix) && Number(prefix) <= 32 && others.length === 0;
}

function taskCount(key: string, value: unknown): number {
  const number = Number(value);
  // Five times as many is what they grow to; a service may have 5,000.
  if (Number.isInteger(number) && number >= 1 && number <= 100) return number;
  throw new ConfigurationError(key, value, 'it must be a whole number from 1 to 100');
}
