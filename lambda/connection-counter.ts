import type { Context } from 'aws-lambda';
import { connectionCounts } from './aws/connection-counts.ts';
import { documentClient } from './aws/dynamodb.ts';
import { requireEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';
import { countConnections } from './metrics/count-connections.ts';
import { metricsFromEnvironment } from './metrics/metrics.ts';
import { EnvironmentVariable, MetricName } from './names.ts';

const dynamoDb = documentClient();
const tableName = requireEnvironment(EnvironmentVariable.tableName);
const recordMetrics = metricsFromEnvironment();

/** Run by a schedule: writes the number of open connections as a metric. */
export function handler(_event: unknown, context: Context): Promise<void> {
  return invocation(context.awsRequestId, async () => {
    // No connect that was refused writes a zero, and what a difference yields while one of its metrics has no data at
    // all is not documented. Before the count, which may fail.
    recordMetrics({ [MetricName.connectRefusals]: 0 });
    const open = await countConnections(connectionCounts(dynamoDb, tableName, Date.now()));
    recordMetrics({ [MetricName.openConnections]: open });
  });
}
