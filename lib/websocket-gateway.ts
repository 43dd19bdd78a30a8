import { Stack } from 'aws-cdk-lib';
import { type CfnStage, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { EnvironmentVariable, MessageRoute } from '../lambda/names.ts';
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts';

export type WebSocketGatewayProps = {
  stage: string;
  /** Decides whether a socket opens. */
  connect: CdkFunction;
  /** Receives every message. */
  register: CdkFunction;
  disconnect: CdkFunction;
};

/**
 * Requests per second, and at once, that each route lets through; API Gateway answers the others 429. So that a storm
 * of connects or a flood of messages can't take the account's 10,000 requests per second, which posts to browsers have
 * a share in.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-protect.html
 */
const throttles = Object.fromEntries(
  ['$connect', '$disconnect', ...Object.values(MessageRoute)].map((route) => [
    route,
    // As many as the account's default of new connections per second; each may register, ping and leave as often.
    { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 },
  ]),
);

/** The WebSocket API that holds the browsers' sockets. */
export class WebSocketGateway extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;

  constructor(scope: Construct, id: string, props: WebSocketGatewayProps) {
    super(scope, id);
    const integration = (name: string, fn: CdkFunction) => ({
      integration: new WebSocketLambdaIntegration(name, fn),
    });
    this.api = new WebSocketApi(this, 'Api', {
      routeSelectionExpression: '$request.body.action',
      connectRouteOptions: integration('Connect', props.connect),
      defaultRouteOptions: integration('Plain', props.register),
      disconnectRouteOptions: integration('Disconnect', props.disconnect),
    });
    for (const [name, route] of Object.entries(MessageRoute)) {
      if (route === MessageRoute.plain) continue;
      this.api.addRoute(route, integration(capitalised(name), props.register));
    }
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: props.stage,
      autoDeploy: true,
    });
    (this.stage.node.defaultChild as CfnStage).routeSettings = throttles;
    acknowledge(
      this.api,
      'APIG4',
      'A WebSocket API can authorise on $connect alone, where a browser has nothing to prove its uid with yet: the register function checks the credential that the first message bears.',
    );
    acknowledge(
      this.stage,
      'APIG1',
      'Access logs cost per connection, and API Gateway writes them only where the account has a role for it, which a stack must not set for a whole region. The functions log what fails.',
    );
    // A stage can't be made with settings for routes that don't exist yet.
    this.stage.node.addDependency(this.api);
  }

  /** Lets `fn` post to this stage's connections, and ask whether one that is said to be gone is. */
  grantPost(fn: CdkFunction): void {
    this.#grantConnections(fn, 'POST');
    this.#grantConnections(fn, 'GET');
  }

  /** Lets `fn` close this stage's connections. */
  grantClose(fn: CdkFunction): void {
    this.#grantConnections(fn, 'DELETE');
  }

  #grantConnections(fn: CdkFunction, method: 'GET' | 'POST' | 'DELETE'): void {
    const resource = Stack.of(this).formatArn({
      service: 'execute-api',
      resource: this.api.apiId,
      resourceName: `${this.stage.stageName}/${method}/@connections/*`,
    });
    fn.addToRolePolicy(
      new PolicyStatement({ actions: ['execute-api:ManageConnections'], resources: [resource] }),
    );
    const { role } = fn;
    if (role) acknowledgeWildcard(role, resource, 'The ids of connections are not known beforehand.');
    fn.addEnvironment(EnvironmentVariable.connectionsUrl, this.stage.callbackUrl);
  }
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
