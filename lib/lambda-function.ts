import { Annotations, type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  ApplicationLogLevel,
  Architecture,
  Function as CdkFunction,
  CfnEventSourceMapping,
  type CfnFunction,
  type IAlias,
  type IVersion,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource, type SqsEventSourceProps } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { functionCode } from '#function-code';
import { EnvironmentVariable } from '../lambda/names.ts';
import {
  acknowledgeLogGroup,
  acknowledgeOf,
  acknowledgeOwnPolicy,
  acknowledgeWildcard,
} from './acknowledge.ts';
import { environmentProblems } from './environment-limit.ts';
import type { FunctionSource } from './function-source.ts';

/** The alias that everything calls. */
export const LIVE_ALIAS = 'live';

export type LambdaFunctionProps = {
  source: FunctionSource;
  /** How long one invocation may take. */
  timeout: Duration;
  /** In MB; the share of a CPU grows with it. @default 256 */
  memorySize?: number;
  /**
   * How many of it may run at the same time, which are kept free for it.
   * @default - as many as the account has free
   */
  reservedConcurrency?: number | undefined;
  /**
   * Whether Lambda lets it invoke itself by a queue more than sixteen times in a row, which it takes for a mistake
   * otherwise.
   * @default false
   */
  isLoop?: boolean;
};

const noDeadLetters =
  'Its callers wait for its answer and repeat what failed, a queue keeps its own, and a schedule comes again.';

/**
 * A function that may do nothing but write its own log. All else is granted by the part that it uses.
 *
 * Lambda's own lines are JSON and at least warnings, so there is no START, END and REPORT of an invocation that went
 * well. Lines that the function writes are JSON already, metrics among them; Lambda doesn't encode those again.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 *
 * Callers use the alias `live`, never the function itself: Lambda changes a function's code and its environment
 * one after the other, and `$LATEST` runs with what is there at that moment. A version is made when both are, and never
 * changes. Those before it stay, so that the alias can be put back at once.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
 */
export class LambdaFunction extends CdkFunction {
  /** The version that is deployed. */
  readonly live: IAlias;

  constructor(scope: Construct, id: string, props: LambdaFunctionProps) {
    const { source, timeout, memorySize = 256, reservedConcurrency, isLoop = false } = props;
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Instead of AWSLambdaBasicExecutionRole, which may create and write every log group of the account.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);

    super(scope, id, {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: functionCode(source),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      // All: the function filters its lines itself, by `logLevel`.
      applicationLogLevelV2: ApplicationLogLevel.TRACE,
      role,
      timeout,
      memorySize,
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      ...(isLoop && { recursiveLoop: RecursiveLoop.ALLOW }),
    });
    // Under exactOptionalPropertyTypes CDK's classes don't fit their own interfaces.
    const version = this.currentVersion as IVersion;
    this.live = new Alias(this, 'Live', { aliasName: LIVE_ALIAS, version }) as IAlias;
    // It warns of permissions for the function itself, which are for its URL of older releases.
    Annotations.of(this).acknowledgeWarning('@aws-cdk/aws-lambda:addPermissionsToVersionOrAlias');
    this.node.addValidation({ validate: () => environmentProblems(this) });
    acknowledgeLogGroup(logGroup);
    acknowledgeOwnPolicy(role);
    acknowledgeOf('Serverless', this, {
      LambdaDLQ: noDeadLetters,
      LambdaTracing: 'Lines of one request are found by its correlation id; X-Ray is paid by the request.',
    });
    acknowledgeOf('NIST.800.53.R5', this, {
      LambdaDLQ: noDeadLetters,
      LambdaConcurrency:
        'What is reserved is taken from all other functions of the account, which only its owner can weigh up.',
      LambdaInsideVPC:
        'It calls services of AWS on their public, encrypted addresses alone; in a VPC it would need a NAT gateway or endpoints, which cost while idle.',
    });
  }

  /** Has it do what is in `queue`, whose dead letters are all that is set aside. */
  workOn(queue: Queue, props: SqsEventSourceProps): void {
    this.addEventSource(new SqsEventSource(queue, props));
    // Added to the alias, it would have another logical id: for a while there would be two, with twice the workers.
    for (const child of this.node.findAll()) {
      if (child instanceof CfnEventSourceMapping) child.functionName = this.live.functionArn;
    }
    acknowledgeOf('Serverless', this, {
      LambdaEventSourceMappingDestination: 'The queue itself sets aside what failed too often.',
    });
  }

  /**
   * Has it follow the `traceparent` of requests, and X-Ray record it, which takes no other permission than these.
   * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
   */
  trace(): void {
    this.addEnvironment(EnvironmentVariable.tracing, 'true');
    (this.node.defaultChild as CfnFunction).tracingConfig = { mode: 'Active' };
    const actions = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
    this.addToRolePolicy(new PolicyStatement({ actions, resources: ['*'] }));
    if (this.role)
      acknowledgeWildcard(this.role, '*', 'X-Ray has no resource to which a function could be limited.');
  }

  /** Has Lambda write its own lines as text, and all of them. */
  logAsText(): void {
    const { logGroup } = this;
    (this.node.defaultChild as CfnFunction).loggingConfig = {
      logFormat: 'Text',
      logGroup: logGroup.logGroupName,
    };
  }
}
