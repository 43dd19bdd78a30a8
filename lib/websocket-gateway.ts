import { Stack } from 'aws-cdk-lib';
import {
  type CfnApi,
  CfnIntegrationResponse,
  type CfnStage,
  IpAddressType,
  WebSocketApi,
  type WebSocketIntegration,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import {
  WebSocketLambdaIntegration,
  WebSocketMockIntegration,
} from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { EnvironmentVariable, GroupRoute, MessageRoute, PING_ROUTE, WatchRoute } from '../lambda/names.ts';
import { pongFrame } from '../protocol/frames.ts';
import { acknowledge, acknowledgeOf, acknowledgeWildcard } from './acknowledge.ts';
import { CloudFront } from './cloud-front.ts';
import { Domain, type DomainOptions } from './domain.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { WebSocketDistribution } from './web-socket-distribution.ts';

export type WebSocketGatewayProps = {
  stage: string;
  /**
   * Decides whether a socket opens. Without it every socket does: an API needs no `$connect` route.
   * Source:
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
   */
  connect: LambdaFunction | undefined;
  /** Receives every message but pings. */
  register: LambdaFunction;
  /** Whether there are groups, which framed sockets join and leave. */
  hasGroups: boolean;
  /** Whether framed sockets watch uids. */
  hasWatch: boolean;
  disconnect: LambdaFunction;
  domain: DomainOptions | undefined;
  /** Whether the API has API Gateway's name, too. */
  executeApiEndpoint: boolean;
  ipAddressType: 'ipv4' | 'dualstack';
  /** Whether browsers connect by CloudFront, which has the domain's name then. */
  cloudFront: CloudFront;
  connectsPerAddress: number;
  webAclArn: string | undefined;
};

/**
 * Requests per second, and at once, that each route lets through; API Gateway answers the others 429. So that a storm
 * of connects or a flood of messages can't take the account's 10,000 requests per second, which posts to browsers have
 * a share in.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-protect.html
 *
 * As many as the account's default of new connections per second; each may register, ping and leave as often.
 */
const throttle = { rate: 500, burst: 1_000 };
/** Silent pages ping twice as often as they check. */
const pingThrottle = { rate: 2 * throttle.rate, burst: 2 * throttle.burst };

/** Both template selection expressions of the mock integration, which has one template: the text `$default`. */
const oneTemplate = '\\$default';

const noAccessLogs =
  'Access logs cost per connection, and API Gateway writes them only where the account has a role for it, which a stack must not set for a whole region. The functions log what fails.';

/** The WebSocket API that holds the browsers' sockets. */
export class WebSocketGateway extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  readonly domain: Domain | undefined;
  readonly cloudFront: WebSocketDistribution | undefined;
  /** Where browsers connect: `wss://…`. */
  readonly url: string;
  /** Where `@connections` is. */
  readonly #connectionsUrl: string;

  constructor(scope: Construct, id: string, props: WebSocketGatewayProps) {
    super(scope, id);
    const integration = (name: string, fn: LambdaFunction) => ({
      integration: new WebSocketLambdaIntegration(name, fn.live),
    });
    const ipAddressType = props.ipAddressType === 'ipv4' ? IpAddressType.IPV4 : IpAddressType.DUAL_STACK;
    this.api = new WebSocketApi(this, 'Api', {
      // By default it is that of the construct, `Api`, by which nobody finds it among others.
      apiName: Stack.of(this).stackName,
      // The default is left out, so that the API of a deployment from before stays as it is.
      ...(ipAddressType === IpAddressType.DUAL_STACK && { ipAddressType }),
      routeSelectionExpression: '$request.body.action',
      ...(props.connect && { connectRouteOptions: integration('Connect', props.connect) }),
      defaultRouteOptions: integration('Plain', props.register),
      disconnectRouteOptions: integration('Disconnect', props.disconnect),
    });
    const messageRoutes = {
      ...MessageRoute,
      ...(props.hasGroups && GroupRoute),
      ...(props.hasWatch && WatchRoute),
    };
    for (const [name, route] of Object.entries(messageRoutes)) {
      if (route === MessageRoute.plain) continue;
      this.api.addRoute(route, integration(capitalised(name), props.register));
    }
    this.#answerPings();
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: props.stage,
      autoDeploy: true,
    });
    this.#throttle([
      '$disconnect',
      PING_ROUTE,
      ...Object.values(messageRoutes),
      ...(props.connect ? ['$connect'] : []),
    ]);
    acknowledge(
      this.api,
      'APIG4',
      'A WebSocket API can authorise on $connect alone, where a browser has nothing to prove its uid with yet: the register function checks the credential that the first message bears.',
    );
    acknowledge(this.stage, 'APIG1', noAccessLogs);
    acknowledgeOf('Serverless', this.stage, {
      APIGWAccessLogging: noAccessLogs,
      APIGWDefaultThrottling: 'Every route has a throttle of its own, of which the pack knows nothing.',
    });
    // A stage can't be made with settings for routes that don't exist yet.
    this.stage.node.addDependency(this.api);
    const { domain } = props;
    if (props.cloudFront !== CloudFront.off) {
      this.cloudFront = new WebSocketDistribution(this, 'CloudFront', { ...props, apiId: this.api.apiId });
      if (props.cloudFront === CloudFront.only && props.connect) this.cloudFront.requireAt(props.connect);
    } else if (domain) {
      this.domain = new Domain(this, 'Domain', { ...domain, stage: this.stage, ipAddressType });
    }
    this.url = this.cloudFront?.url ?? (this.domain ? `wss://${this.domain.address}` : this.stage.url);
    this.#connectionsUrl = this.stage.callbackUrl;
    if (!props.executeApiEndpoint && this.domain) {
      (this.api.node.defaultChild as CfnApi).disableExecuteApiEndpoint = true;
      // Only what goes by the name of one's own gets through then, `@connections` too.
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
      this.#connectionsUrl = `https://${this.domain.address}`;
    }
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

  /**
   * A mock integration answers by the template of its integration response, because the route has a route response.
   * Source:
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-responses.html
   */
  #answerPings(): void {
    const id = 'Pong';
    const route = this.api.addRoute(PING_ROUTE, {
      integration: new WebSocketMockIntegration(id, {
        requestTemplates: { $default: JSON.stringify({ statusCode: 200 }) },
        templateSelectionExpression: oneTemplate,
      }),
      returnResponse: true,
    });
    const { integrationId } = route.node.findChild(id) as WebSocketIntegration;
    // AWS says in one place that the key of a mock integration's response is its status, in another that `$default` is
    // required for what went well. Both are there, with the same answer.
    for (const [name, integrationResponseKey] of [
      ['PongOk', '/200/'],
      ['PongDefault', '$default'],
    ] as const) {
      new CfnIntegrationResponse(route, name, {
        apiId: this.api.apiId,
        integrationId,
        integrationResponseKey,
        responseTemplates: { $default: pongFrame },
        templateSelectionExpression: oneTemplate,
      });
    }
  }

  #throttle(routes: readonly string[]): void {
    const stage = this.stage.node.defaultChild as CfnStage;
    // For what has no settings of its own: connects, where there is no `$connect` route.
    stage.defaultRouteSettings = { throttlingRateLimit: throttle.rate, throttlingBurstLimit: throttle.burst };
    stage.routeSettings = Object.fromEntries(
      routes.map((route) => [route, routeThrottle(route === PING_ROUTE ? pingThrottle : throttle)]),
    );
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
    fn.addEnvironment(EnvironmentVariable.connectionsUrl, this.#connectionsUrl);
  }
}

function routeThrottle({ rate, burst }: { rate: number; burst: number }): Record<string, number> {
  return { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst };
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
