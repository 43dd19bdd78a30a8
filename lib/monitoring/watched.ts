import type { WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import type { Broadcast } from '../broadcast.ts';
import type { ServiceMetrics } from '../metrics.ts';
import type { TextEndpoint } from '../text-endpoint.ts';

/** What is watched: the parts of one service. */
export type Watched = {
  /** What its functions write themselves. */
  metrics: ServiceMetrics;
  /** By the names that people call them. */
  functions: Record<string, CdkFunction>;
  pushFunction: CdkFunction;
  stage: WebSocketStage;
  tables: Record<string, TableV2>;
  broadcast: Broadcast;
  text: TextEndpoint | undefined;
};
