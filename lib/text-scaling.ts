import { Names } from 'aws-cdk-lib';
import { CfnScalingPolicy, type ScalableTarget } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Construct } from 'constructs';
import { defaultTextLimits } from '../text/limits.ts';
import type { TextBalancer } from './text-balancer.ts';
import type { TextService } from './text-service.ts';

/** Percent of a task's CPU above which there are more tasks. It leaves room for the minutes in which they are added. */
const cpuTarget = 60;

/**
 * Connections of a task above which there are more. It is less than half of what a task accepts, because it isn't
 * documented whether the balancer's figure is the sum of its two zones or their average. In either case a task that
 * comes new gets only new connections.
 */
const connectionsTarget = 0.4 * defaultTextLimits.maxConnections;

export type TextScalingProps = {
  service: TextService;
  balancer: TextBalancer;
  /** Least tasks; most are five times as many. */
  tasks: number;
};

/** Adds tasks while there is more to do, and takes them away again; each stops gracefully. */
export class TextScaling extends Construct {
  constructor(scope: Construct, id: string, { service, balancer, tasks }: TextScalingProps) {
    super(scope, id);
    const count = service.service.autoScaleTaskCount({ minCapacity: tasks, maxCapacity: 5 * tasks });
    count.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: cpuTarget });
    const target = count.node.findChild('Target') as ScalableTarget;
    // There is no ready metric of connections per task, but the balancer counts both. CDK's own construct takes no
    // expression.
    new CfnScalingPolicy(this, 'Connections', {
      policyName: Names.uniqueId(this),
      policyType: 'TargetTrackingScaling',
      scalingTargetId: target.scalableTargetId,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: connectionsTarget,
        customizedMetricSpecification: { metrics: connectionsPerTask(balancer) },
      },
    });
  }
}

/**
 * The metrics and what they are counted by:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html Expressions:
 * https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
 */
function connectionsPerTask({
  balancer,
  targetGroup,
}: TextBalancer): CfnScalingPolicy.TargetTrackingMetricDataQueryProperty[] {
  const ofBalancer = { name: 'LoadBalancer', value: balancer.loadBalancerFullName };
  const ofTargetGroup = { name: 'TargetGroup', value: targetGroup.targetGroupFullName };
  const count = (
    id: string,
    metricName: string,
    stat: string,
    dimensions: { name: string; value: string }[],
  ) => ({
    id,
    metricStat: { metric: { namespace: 'AWS/NetworkELB', metricName, dimensions }, stat },
    returnData: false,
  });
  return [
    count('connections', 'ActiveFlowCount', 'Average', [ofBalancer]),
    // Across zones every node checks every task.
    count('tasks', 'HealthyHostCount', 'Maximum', [ofTargetGroup, ofBalancer]),
    { id: 'per_task', expression: 'connections / tasks', label: 'Connections per task', returnData: true },
  ];
}
