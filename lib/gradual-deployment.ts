import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledgeOf, acknowledgeOwnPolicy, acknowledgeWildcard } from './acknowledge.ts';
import { Deployment } from './deployment.ts';
import { type LambdaFunction, LIVE_ALIAS } from './lambda-function.ts';
import type { ServiceMetrics } from './metrics.ts';

const configs = {
  [Deployment.canary]: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  [Deployment.linear]: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
};

/** As CodeDeploy looks at alarms only while it shifts traffic, they have to ring within a minute. */
const minute = { statistic: 'Sum', period: Duration.minutes(1) };

type GradualDeploymentProps = {
  deployment: Exclude<Deployment, typeof Deployment.allAtOnce>;
  metrics: ServiceMetrics;
};

/** Declares how new versions take over in `service`; `undefined` where they do all at once. */
export function gradualDeployment(
  service: ServiceMetrics,
  deployment: Deployment,
): GradualDeployment | undefined {
  if (deployment === Deployment.allAtOnce) return undefined;
  return new GradualDeployment(service, 'Deployment', { deployment, metrics: service });
}

/**
 * Has CodeDeploy shift the calls of a function to its new version little by little, and back when something fails. The
 * first deployment of a function has nothing to shift from.
 */
class GradualDeployment extends Construct {
  readonly #application: LambdaApplication;
  readonly #answered: Alarm;
  readonly #deployment: GradualDeploymentProps['deployment'];

  constructor(scope: Construct, id: string, { deployment, metrics }: GradualDeploymentProps) {
    super(scope, id);
    this.#deployment = deployment;
    this.#application = new LambdaApplication(this, 'Application');
    this.#answered = this.#alarm('Answered', metrics.metricInternalErrors(minute));
  }

  /** Lets new versions of `fn` take over little by little. */
  add(name: string, fn: LambdaFunction): void {
    const role = this.#makeRole(`${name}Role`, fn);
    const group = new LambdaDeploymentGroup(this, name, {
      application: this.#application,
      alias: fn.live as Alias,
      deploymentConfig: configs[this.#deployment],
      alarms: [this.#alarm(name, fn.live.metricErrors(minute)), this.#answered],
      role: role.withoutPolicyUpdates(),
    });
    group.node.addDependency(role);
  }

  /**
   * A role that may change the alias of `fn` and no other: where one may change all, each alias, which waits for its
   * group and so for the role, would wait for every function, and the canary's is made after the push function's alias.
   */
  #makeRole(id: string, fn: LambdaFunction): Role {
    // Instead of AWSCodeDeployRoleForLambdaLimited, which may change every alias of the account.
    const role = new Role(this, id, { assumedBy: new ServicePrincipal('codedeploy.amazonaws.com') });
    acknowledgeOwnPolicy(role);
    const alarms = Stack.of(this).formatArn({ service: 'cloudwatch', resource: 'alarm:*' });
    role.addToPolicy(new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: [alarms] }));
    acknowledgeWildcard(
      role,
      alarms,
      'CodeDeploy asks for the alarms of its groups, whose names refer to them.',
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
        // By their names: a reference to the alias would be a circle, since the alias refers to its deployment group.
        resources: [fn.functionArn, `${fn.functionArn}:${LIVE_ALIAS}`],
      }),
    );
    return role;
  }

  #alarm(name: string, metric: IMetric): Alarm {
    const alarm = new Alarm(this, `${name}Errors`, {
      alarmDescription: 'A version that is being deployed fails: the one before comes back. It wakes nobody.',
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    acknowledgeOf('NIST.800.53.R5', alarm, {
      CloudWatchAlarmAction:
        'CodeDeploy looks at it while it deploys; people are woken by the alarms of monitoring.',
    });
    return alarm;
  }
}
