import { type Template, TemplateError } from './cloud-formation.ts';

/**
 * Properties of the resources that this machine runs: those that are imitated, and those that make no difference to
 * what the stack does here. Anything else is refused, so that nothing the template asks for is silently missing.
 */
const runs: Record<string, { imitated: readonly string[]; withoutEffect?: readonly string[] }> = {
  'AWS::ApiGatewayV2::Api': {
    imitated: ['DisableExecuteApiEndpoint', 'ProtocolType', 'RouteSelectionExpression'],
    withoutEffect: ['Name', 'Description', 'IpAddressType', 'Tags'],
  },
  'AWS::ApiGatewayV2::ApiMapping': { imitated: ['ApiId', 'ApiMappingKey', 'DomainName', 'Stage'] },
  'AWS::ApiGatewayV2::DomainName': {
    imitated: ['DomainName'],
    withoutEffect: ['DomainNameConfigurations', 'Tags'],
  },
  'AWS::ApiGatewayV2::Integration': {
    imitated: [
      'ApiId',
      'IntegrationType',
      'IntegrationUri',
      'PayloadFormatVersion',
      'RequestTemplates',
      'TemplateSelectionExpression',
    ],
  },
  'AWS::ApiGatewayV2::IntegrationResponse': {
    imitated: [
      'ApiId',
      'IntegrationId',
      'IntegrationResponseKey',
      'ResponseTemplates',
      'TemplateSelectionExpression',
    ],
  },
  'AWS::ApiGatewayV2::Route': {
    imitated: ['ApiId', 'AuthorizationType', 'RouteKey', 'RouteResponseSelectionExpression', 'Target'],
  },
  'AWS::ApiGatewayV2::RouteResponse': { imitated: ['ApiId', 'RouteId', 'RouteResponseKey'] },
  'AWS::ApiGatewayV2::Stage': {
    imitated: ['ApiId', 'AutoDeploy', 'StageName'],
    withoutEffect: ['Description', 'Tags', 'AccessLogSettings', 'DefaultRouteSettings', 'RouteSettings'],
  },
  'AWS::CloudFront::Distribution': { imitated: ['DistributionConfig'] },
  'AWS::CloudFront::Function': {
    imitated: ['FunctionCode'],
    withoutEffect: ['AutoPublish', 'FunctionConfig', 'Name', 'Tags'],
  },
  'AWS::DynamoDB::GlobalTable': {
    imitated: ['AttributeDefinitions', 'BillingMode', 'KeySchema', 'TimeToLiveSpecification'],
    withoutEffect: ['Replicas', 'SSESpecification', 'WarmThroughput', 'WriteOnDemandThroughputSettings'],
  },
  'AWS::DynamoDB::Table': {
    imitated: ['AttributeDefinitions', 'BillingMode', 'KeySchema', 'TimeToLiveSpecification'],
    withoutEffect: [
      'SSESpecification',
      'PointInTimeRecoverySpecification',
      'DeletionProtectionEnabled',
      'Tags',
    ],
  },
  'AWS::ECS::Cluster': { imitated: [] },
  'AWS::ECS::Service': {
    imitated: ['LoadBalancers', 'TaskDefinition'],
    // One task of one version runs here, for as long as the stack does.
    withoutEffect: [
      'Cluster',
      'DeploymentConfiguration',
      'DesiredCount',
      'EnableECSManagedTags',
      'HealthCheckGracePeriodSeconds',
      'LaunchType',
      'NetworkConfiguration',
    ],
  },
  'AWS::ECS::TaskDefinition': {
    imitated: ['ContainerDefinitions'],
    withoutEffect: [
      'Cpu',
      'ExecutionRoleArn',
      'Family',
      'Memory',
      'NetworkMode',
      'RequiresCompatibilities',
      'RuntimePlatform',
      'Tags',
      'TaskRoleArn',
    ],
  },
  'AWS::ElasticLoadBalancingV2::Listener': {
    imitated: ['DefaultActions', 'LoadBalancerArn', 'Port', 'Protocol'],
    withoutEffect: ['ListenerAttributes'],
  },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    imitated: [],
    withoutEffect: ['LoadBalancerAttributes', 'Scheme', 'SecurityGroups', 'Subnets', 'Type'],
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    imitated: [],
    withoutEffect: [
      'HealthCheckIntervalSeconds',
      'HealthCheckProtocol',
      'HealthyThresholdCount',
      'Port',
      'Protocol',
      'TargetGroupAttributes',
      'TargetType',
      'UnhealthyThresholdCount',
      'VpcId',
    ],
  },
  'AWS::Events::EventBus': { imitated: ['Name'], withoutEffect: ['Description', 'Tags'] },
  'AWS::Events::Rule': { imitated: ['ScheduleExpression', 'State', 'Targets'] },
  'AWS::Lambda::Alias': { imitated: ['FunctionName', 'FunctionVersion', 'Name'] },
  'AWS::Lambda::EventSourceMapping': {
    imitated: ['BatchSize', 'EventSourceArn', 'FunctionName', 'FunctionResponseTypes', 'ScalingConfig'],
    withoutEffect: ['Tags'],
  },
  'AWS::Lambda::Function': {
    imitated: ['Code', 'Environment', 'Handler', 'MemorySize', 'Timeout'],
    withoutEffect: [
      'Architectures',
      'Description',
      'LoggingConfig',
      'RecursiveLoop',
      'Role',
      'Runtime',
      'Tags',
      'TracingConfig',
    ],
  },
  'AWS::Lambda::Permission': {
    imitated: [
      'Action',
      'FunctionName',
      'FunctionUrlAuthType',
      'InvokedViaFunctionUrl',
      'Principal',
      'SourceArn',
    ],
    withoutEffect: ['SourceAccount'],
  },
  'AWS::Lambda::Url': { imitated: ['AuthType', 'Qualifier', 'TargetFunctionArn'] },
  'AWS::Lambda::Version': { imitated: ['FunctionName'] },
  'AWS::SecretsManager::Secret': {
    imitated: ['GenerateSecretString'],
    withoutEffect: ['Description', 'KmsKeyId', 'Tags'],
  },
  'AWS::SQS::Queue': {
    imitated: [
      'DeduplicationScope',
      'DelaySeconds',
      'FifoQueue',
      'MessageRetentionPeriod',
      'RedrivePolicy',
      'VisibilityTimeout',
    ],
    withoutEffect: ['FifoThroughputLimit', 'KmsMasterKeyId', 'SqsManagedSseEnabled', 'Tags'],
  },
};

/**
 * Permissions, networks, scaling, limits of addresses, logs and bookkeeping: they change nothing about what the stack
 * does here.
 */
const inert: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Deployment',
  'AWS::ApplicationAutoScaling::ScalableTarget',
  'AWS::ApplicationAutoScaling::ScalingPolicy',
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::CodeDeploy::Application',
  'AWS::CodeDeploy::DeploymentGroup',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::Route',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Logs::LogGroup',
  'AWS::Logs::QueryDefinition',
  'AWS::Route53::RecordSet',
  'AWS::SQS::QueuePolicy',
  'AWS::WAFv2::WebACL',
]);

/** Throws where the template declares something that this machine would not do as AWS does. */
export function checkSupported(template: Template): void {
  for (const [logicalId, { Type, Properties = {}, Condition }] of Object.entries(template.Resources)) {
    if (inert.has(Type)) continue;
    const supported = runs[Type];
    if (!supported) throw new TemplateError(`${logicalId}: ${Type} can't be run on this machine`);
    if (Condition) throw new TemplateError(`${logicalId}: conditions (${Condition}) are not supported`);
    for (const property of Object.keys(Properties)) {
      if (supported.imitated.includes(property) || supported.withoutEffect?.includes(property)) continue;
      throw new TemplateError(`${logicalId}: the property ${property} of ${Type} is not imitated`);
    }
  }
}
