import { createHash } from 'node:crypto';
import type { Template } from './cloud-formation.ts';
import { type References, resolve } from './intrinsics.ts';

/** Where the stack pretends to be. The region is arbitrary; the account is none of AWS's. */
export const region = 'us-east-1';
export const accountId = '000000000000';
const partition = 'aws';
const urlSuffix = 'amazonaws.com';

/** Values of `Ref` and `Fn::GetAtt` for one resource, as far as something that runs here asks for it. */
type Identity = { ref?: string; attributes?: Record<string, string> };

/**
 * Assigns every resource the identity that CloudFormation would: generated names and ids, so that code which guesses
 * them fails here as it would on AWS. The same template always gets the same.
 */
export function referencesOf(stackName: string, template: Template): References {
  const pseudoParameters = new Map([
    ['AWS::Region', region],
    ['AWS::AccountId', accountId],
    ['AWS::Partition', partition],
    ['AWS::URLSuffix', urlSuffix],
    ['AWS::StackName', stackName],
    ['AWS::StackId', stackIdOf(stackName)],
  ]);
  const identities = new Map<string, Identity>();
  for (const [logicalId, { Type, Properties = {} }] of Object.entries(template.Resources)) {
    const identity = identify[Type]?.(new Naming(stackName, logicalId), Properties);
    if (identity) identities.set(logicalId, identity);
  }
  const references: References = {
    ref: (name) => pseudoParameters.get(name) ?? identities.get(name)?.ref,
    attribute: (name, attribute) => identities.get(name)?.attributes?.[attribute],
  };
  for (const [logicalId, { Type, Properties = {} }] of Object.entries(template.Resources)) {
    const qualified = qualify[Type];
    if (!qualified) continue;
    const name = resolve(Properties.FunctionName, references, `${logicalId}.FunctionName`);
    identities.set(logicalId, qualified(arn('lambda', `function:${name}`), Properties));
  }
  return references;
}

/** The version of a function that was published once. */
const FIRST_VERSION = '1';

/** Parts of a function, by the function's ARN. A stack that is made anew has each function's first version. */
const qualify: Record<string, (functionArn: string, properties: Record<string, unknown>) => Identity> = {
  'AWS::Lambda::Version': (functionArn) => ({
    ref: `${functionArn}:${FIRST_VERSION}`,
    attributes: { Version: FIRST_VERSION },
  }),
  'AWS::Lambda::Alias': (functionArn, { Name }) => ({ ref: `${functionArn}:${Name}` }),
};

const identify: Record<string, (naming: Naming, properties: Record<string, unknown>) => Identity> = {
  'AWS::ApiGatewayV2::Api': (naming) => {
    const id = naming.id(10);
    return {
      ref: id,
      attributes: { ApiId: id, ApiEndpoint: `wss://${executeApiHost(id)}` },
    };
  },
  'AWS::ApiGatewayV2::DomainName': (naming, { DomainName }) => ({
    ref: String(DomainName),
    attributes: {
      RegionalDomainName: `d-${naming.id(10)}.execute-api.${region}.${urlSuffix}`,
      RegionalHostedZoneId: 'Z000000000000',
    },
  }),
  'AWS::ApiGatewayV2::Integration': (naming) => ({ ref: naming.id(7) }),
  'AWS::ApiGatewayV2::Route': (naming) => ({ ref: naming.id(7) }),
  'AWS::CloudFront::Distribution': (naming) => ({
    ref: naming.id(14).toUpperCase(),
    attributes: { DomainName: `d${naming.id(13)}.cloudfront.net` },
  }),
  'AWS::CloudFront::Function': (naming) => ({
    attributes: { FunctionARN: `arn:${partition}:cloudfront::${accountId}:function/${naming.id(12)}` },
  }),
  'AWS::CloudWatch::Dashboard': (naming) => ({ ref: naming.name(255) }),
  'AWS::DynamoDB::GlobalTable': (naming) => table(naming),
  'AWS::DynamoDB::Table': (naming) => table(naming),
  'AWS::ECS::TaskDefinition': (naming) => ({ ref: arn('ecs', `task-definition/${naming.name(255)}:1`) }),
  'AWS::ElasticLoadBalancingV2::LoadBalancer': (naming) => {
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#dns-name
    const name = naming.name(32);
    return {
      ref: arn('elasticloadbalancing', `loadbalancer/net/${name}/${naming.id(16)}`),
      attributes: { DNSName: `${name}-${naming.id(16)}.elb.${region}.${urlSuffix}` },
    };
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': (naming) => ({
    ref: arn('elasticloadbalancing', `targetgroup/${naming.name(32)}/${naming.id(16)}`),
  }),
  'AWS::Events::EventBus': (_, { Name }) => ({
    ref: String(Name),
    attributes: { Arn: arn('events', `event-bus/${Name}`), Name: String(Name) },
  }),
  'AWS::Events::Rule': (naming) => {
    const name = naming.name(64);
    return { ref: name, attributes: { Arn: arn('events', `rule/${name}`) } };
  },
  'AWS::Lambda::Function': (naming) => {
    const name = naming.name(64);
    return { ref: name, attributes: { Arn: arn('lambda', `function:${name}`) } };
  },
  'AWS::Lambda::Url': (naming) => {
    const url = `https://${naming.id(32)}.lambda-url.${region}.on.aws/`;
    return { attributes: { FunctionUrl: url } };
  },
  'AWS::Logs::LogGroup': (naming) => ({ ref: naming.name(512) }),
  'AWS::SecretsManager::Secret': (naming) => {
    const name = naming.secretName();
    const secretArn = arn('secretsmanager', `secret:${name}-${naming.id(6)}`);
    return { ref: secretArn, attributes: { Name: name } };
  },
  'AWS::SQS::Queue': (naming) => {
    // Of queues only FIFO ones run here.
    const ending = '.fifo';
    const name = naming.name(80 - ending.length) + ending;
    return {
      ref: `https://${sqsHost}/${accountId}/${name}`,
      attributes: { Arn: arn('sqs', name), QueueName: name },
    };
  },
  'AWS::WAFv2::WebACL': (naming) => ({
    attributes: { Arn: arn('wafv2', `global/webacl/${naming.name(128)}/${naming.id(32)}`) },
  }),
};

function table(naming: Naming): Identity {
  const name = naming.name(255);
  return { ref: name, attributes: { Arn: arn('dynamodb', `table/${name}`) } };
}

/** Where an API's callers and its `@connections` are: `<api>.execute-api.<region>.amazonaws.com`. */
export function executeApiHost(apiId: string): string {
  return `${apiId}.execute-api.${region}.${urlSuffix}`;
}

/** Where SQS is. Source: https://docs.aws.amazon.com/general/latest/gr/sqs-service.html */
export const sqsHost = `sqs.${region}.${urlSuffix}`;

/** The ARN of something in the stack's region and account. */
export function arn(service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

class Naming {
  readonly #stackName: string;
  readonly #logicalId: string;
  readonly #digest: string;

  constructor(stackName: string, logicalId: string) {
    this.#stackName = stackName;
    this.#logicalId = logicalId;
    this.#digest = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex');
  }

  /** An id as services make them: lower-case letters and digits. */
  id(length: number): string {
    return this.#digest.slice(0, length);
  }

  /**
   * Stack, logical id, and 12 capitals and digits; the logical id is cut where the name would be too long.
   * Source:
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html#resources-section-physical-id
   */
  name(maxLength: number): string {
    const end = `-${this.#digest.slice(0, 12).toUpperCase()}`;
    return `${this.#stackName}-${this.#logicalId}`.slice(0, maxLength - end.length) + end;
  }

  /**
   * Logical id and 12 letters or digits, without the stack. The CDK takes ARNs of secrets apart by this.
   * Source:
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
   * (Name)
   */
  secretName(): string {
    return `${this.#logicalId}-${this.id(12)}`;
  }
}

/** Its last part is random on AWS. */
function stackIdOf(stackName: string): string {
  const uuid = '8f8a1d0e-0000-4000-8000-6c6f63616c00';
  return `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stackName}/${uuid}`;
}
