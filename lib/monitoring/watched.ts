import type { WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Broadcast } from '../broadcast.ts';
import type { LambdaFunction } from '../lambda-function.ts';
import type { ServiceMetrics } from '../metrics.ts';
import type { Presence } from '../presence.ts';
import type { TextEndpoint } from '../text-endpoint.ts';

/** The watched parts of one service, without its functions, some of which are made later. */
export type Watched = {
  /** Log group of its functions' own lines. */
  metrics: ServiceMetrics;
  stage: WebSocketStage;
  tables: Record<string, TableV2>;
  broadcast: Broadcast;
  text: TextEndpoint | undefined;
  presence: Presence | undefined;
};

/** A function that is watched. */
export type WatchedFunction = {
  /** Name for people. */
  name: string;
  fn: LambdaFunction;
  /** Whether pushes come to it. */
  takesPushes: boolean;
};
