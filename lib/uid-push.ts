import { Aws, Fn } from 'aws-cdk-lib';
import type { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { EnvironmentVariable, type PushEndpointKind } from '../lambda/names.ts';
import { LogLevel } from '../protocol/log-line.ts';
import { Broadcast } from './broadcast.ts';
import { connectFunction, disconnectFunction, originsText, registerFunction } from './browser-functions.ts';
import { configurationOf } from './configuration.ts';
import { ConnectionIdentity } from './connection-identity.ts';
import { ConnectionTable } from './connection-table.ts';
import type { Domain } from './domain.ts';
import { gradualDeployment } from './gradual-deployment.ts';
import type { GrantOptions } from './grant-variables.ts';
import { groupTableOf } from './group-table.ts';
import { LogQueries } from './log-queries.ts';
import { MessageTable } from './message-table.ts';
import { ServiceMetrics } from './metrics.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import type { WatchedFunction } from './monitoring/watched.ts';
import { Presence } from './presence.ts';
import { PushEndpoint } from './push-endpoint.ts';
import { pushEndpointIn, warnOfRegion } from './regions.ts';
import { TextEndpoint } from './text-endpoint.ts';
import type { UidPushProps } from './uid-push-props.ts';
import { WebSocketGateway } from './websocket-gateway.ts';

/**
 * The service: a WebSocket API for browsers, a push URL for backends, and the functions and tables behind them.
 *
 * @throws {ConfigurationError} for props that are unknown, impossible or contradict each other; the message names them.
 * @example
 * ```ts
 * import { App, CfnOutput, Stack } from 'aws-cdk-lib';
 * import { UidPush } from 'uidpush/cdk';
 *
 * const stack = new Stack(new App(), 'Shop');
 * const pushes = new UidPush(stack, 'Pushes', { allowedOrigins: ['https://shop.example.com'] });
 * new CfnOutput(stack, 'WebSocketUrl', { value: pushes.webSocketUrl });
 * new CfnOutput(stack, 'PushUrl', { value: pushes.pushUrl });
 * ```
 */
export class UidPush extends ServiceMetrics {
  /** The address that browsers connect to: `wss://…`. */
  readonly webSocketUrl: string;
  /** The push URL, which backends call: `https://…/`. */
  readonly pushUrl: string;
  /** What the push URL is of. Requests to an HTTP API are signed for the service `execute-api`. */
  readonly pushEndpoint: PushEndpointKind;
  /** The push URL of releases whose functions had no versions; only with `oldPushUrl`. */
  readonly oldPushUrl: string | undefined;
  /** The secret that callers of the push URL send as a bearer token; only with `pushAuth: 'secret'`. */
  readonly pushSecret: Secret | undefined;
  /** The secret that backends sign tokens with; undefined where uids are claimed or a provider signs. */
  readonly tokenSecret: Secret | undefined;

  /** The Text protocol over TCP; only with `text`. */
  readonly textEndpoint: TextEndpoint | undefined;

  /** Who comes online and who leaves; only with `presence`. */
  readonly presence: Presence | undefined;

  /** Alarms and the dashboard; only with `monitoring`. */
  readonly monitoring: Monitoring | undefined;

  /** The WebSocket URL's own name at API Gateway; only with `domain`, and without `cloudFront`. */
  readonly domain: Domain | undefined;

  /** CloudFront in front of the WebSocket API; only with `cloudFront`. */
  readonly distribution: Distribution | undefined;

  // The parts, for changes that the props don't offer.

  /** The WebSocket API. */
  readonly webSocketApi: WebSocketApi;
  /** Its only stage. */
  readonly webSocketStage: WebSocketStage;
  /** The connections of each uid, and the uid of each connection. */
  readonly connectionTable: TableV2;
  /** Stored messages, answers to requests with an idempotency key, and broadcasts. */
  readonly messageTable: TableV2;
  /** Groups and their members; only with `groups`. */
  readonly groupTable: TableV2 | undefined;
  /** Checks the origin of a browser that connects; without `allowedOrigins` there is none to check, and no function. */
  readonly connectFunction: CdkFunction | undefined;
  /** Receives the messages of browsers: registers them, replays, acknowledges. */
  readonly registerFunction: CdkFunction;
  /** Removes what a closed connection registered. */
  readonly disconnectFunction: CdkFunction;
  /** The function behind the push URL. */
  readonly pushFunction: CdkFunction;
  /** Works on the tasks of broadcasts. */
  readonly broadcastFunction: CdkFunction;
  /** The tasks of broadcasts. */
  readonly broadcastQueue: Queue;
  /** Tasks of broadcasts that failed too often. */
  readonly broadcastDeadLetterQueue: Queue;

  /**
   * By which the logs have uids: `uidpush uid-hash` finds a user's lines with it. It is the random part of the stack's
   * id: who may read logs alone can't find out whose a line is.
   */
  readonly uidHashKey = Fn.select(2, Fn.split('/', Aws.STACK_ID));

  readonly #pushEndpoint: PushEndpoint;

  /** Declares the service in `scope`. */
  constructor(scope: Construct, id: string, props: UidPushProps = {}) {
    super(scope, id);
    const configuration = configurationOf(props, this.node.path);
    const endpoint = configuration.pushEndpoint ?? pushEndpointIn(this);
    warnOfRegion(this, endpoint);
    const table = new ConnectionTable(this, 'Connections', configuration);
    const messages = new MessageTable(this, 'Messages', configuration);
    const groups = groupTableOf(this, configuration, table);
    const identity = new ConnectionIdentity(this, 'Identity', configuration);

    const origins = originsText(configuration.allowedOrigins);
    const connect = connectFunction(this, configuration, origins);
    const register = registerFunction(this, configuration, { table, groups, identity });
    messages.grantReplay(register);
    const disconnect = disconnectFunction(this, table, groups);
    this.presence =
      configuration.presence &&
      new Presence(this, 'Presence', { ...configuration.presence, table, messages });
    this.presence?.grantArrivals(register);
    for (const fn of [register, disconnect]) {
      this.presence?.grantDepartures(fn);
      fn.addEnvironment(EnvironmentVariable.uidHashKey, this.uidHashKey);
    }
    const gateway = new WebSocketGateway(this, 'Gateway', {
      ...configuration,
      connect,
      register,
      hasGroups: groups !== undefined,
      hasWatch: this.presence?.hasWatch ?? false,
      disconnect,
    });
    this.webSocketUrl = gateway.url;
    gateway.grantPost(register);
    gateway.grantClose(register);

    const broadcast = new Broadcast(this, 'Broadcast', {
      table,
      messages,
      gateway,
      postsPerSecond: configuration.broadcastPostsPerSecond,
      uidHashKey: this.uidHashKey,
      concurrency: configuration.broadcastConcurrency,
    });
    this.presence?.grantDepartures(broadcast.worker);
    this.presence?.grantShow({ gateway, broadcast, groups });
    groups?.grantPush(broadcast.worker);
    const functions: WatchedFunction[] = [];
    // Grants make functions too: that of the text endpoint before there is monitoring, those of the app later.
    let observe = (made: WatchedFunction): void => void functions.push(made);
    const push = new PushEndpoint(this, 'Push', {
      auth: configuration.pushAuth,
      endpoint,
      hasOldUrl: configuration.oldPushUrl,
      table,
      messages,
      groups,
      gateway,
      broadcast,
      presence: this.presence,
      uidHashKey: this.uidHashKey,
      concurrency: configuration.pushConcurrency,
      maxTokenSeconds: configuration.revocation ? configuration.maxTokenSeconds : undefined,
      onFunction: (made) => observe(made),
    });
    if (configuration.text) {
      this.textEndpoint = new TextEndpoint(this, 'Text', {
        ...configuration.text,
        ttlSeconds: configuration.textTtlSeconds,
        logLevel: configuration.logLevel,
        isTracing: configuration.tracing,
        push,
      });
    }
    if (configuration.monitoring) {
      this.monitoring = new Monitoring(this, 'Monitoring', {
        ...configuration.monitoring,
        table,
        used: { webSocketUrl: this.webSocketUrl, allowedOrigins: origins, identity, register, push },
        watched: {
          metrics: this,
          stage: gateway.stage,
          tables: { Connections: table.table, Messages: messages.table, ...groups?.tables },
          broadcast,
          text: this.textEndpoint,
          presence: this.presence,
        },
      });
    }
    const gradual = gradualDeployment(this, configuration.deployment);
    observe = (watched) => {
      gradual?.add(watched.name, watched.fn);
      if (configuration.logLevel !== LogLevel.warn) {
        watched.fn.addEnvironment(EnvironmentVariable.logLevel, configuration.logLevel);
      }
      if (configuration.lambdaLogFormat === 'text') watched.fn.logAsText();
      if (configuration.tracing) watched.fn.trace();
      this.monitoring?.watchFunction(watched);
    };
    for (const watched of [
      ...(connect ? [{ name: 'Connect', fn: connect, takesPushes: false }] : []),
      { name: 'Register', fn: register, takesPushes: false },
      { name: 'Disconnect', fn: disconnect, takesPushes: false },
      { name: 'Push', fn: push.function, takesPushes: true },
      ...functions,
      { name: 'Broadcast', fn: broadcast.worker, takesPushes: false },
      ...(this.presence?.functions ?? []),
      ...(this.monitoring?.functions ?? []),
    ]) {
      observe(watched);
    }

    new LogQueries(this, 'LogQueries');

    this.domain = gateway.domain;
    this.distribution = gateway.cloudFront?.distribution;
    this.pushUrl = push.url;
    this.pushEndpoint = endpoint;
    this.oldPushUrl = push.oldUrl;
    this.pushSecret = push.secret;
    this.tokenSecret = identity.secret;
    this.webSocketApi = gateway.api;
    this.webSocketStage = gateway.stage;
    this.connectionTable = table.table;
    this.messageTable = messages.table;
    this.groupTable = groups?.table;
    this.connectFunction = connect;
    this.registerFunction = register;
    this.disconnectFunction = disconnect;
    this.pushFunction = push.function;
    this.broadcastFunction = broadcast.worker;
    this.broadcastQueue = broadcast.queue;
    this.broadcastDeadLetterQueue = broadcast.deadLetterQueue;
    this.#pushEndpoint = push;
  }

  /**
   * Lets `grantee` push and nothing more: it may call a URL that has `POST /push` and, to up to 1,000 uids,
   * `POST /multicast` alone (and `GET /health`). A Lambda function receives the URL: `PUSH_URL` in its environment is
   * what `createPushClient` of `uidpush/backend` takes.
   *
   * With `pushAuth: 'secret'` it may read the secret, whose id is `PUSH_SECRET_ID` in its environment. A caller that
   * has the secret may use every route.
   *
   * After `grantAll` the variable keeps the URL with all routes.
   *
   * @throws {ConfigurationError} when the variable has another value, as with two services and one function; `options`
   *   names others.
   * @example
   * ```ts
   * // Its code calls createPushClient({ url: process.env.PUSH_URL }).
   * pushes.grantPush(backend);
   * ```
   */
  grantPush(grantee: IGrantable, options?: GrantOptions): Grant {
    return this.#pushEndpoint.grantPush(grantee, options);
  }

  /**
   * Lets `grantee` close a uid's connections and nothing more, as `grantPush` does for pushes: by a URL that has
   * `DELETE /uids/<uid>` and `DELETE /connections/<id>` alone. A Lambda function receives it in `DISCONNECT_URL`.
   *
   * @throws {ConfigurationError} when the variable has another value; `options` names others.
   * @example
   * ```ts
   * // Its code calls createPushClient({ url: process.env.DISCONNECT_URL }).
   * pushes.grantDisconnect(backend);
   * ```
   */
  grantDisconnect(grantee: IGrantable, options?: GrantOptions): Grant {
    return this.#pushEndpoint.grantDisconnect(grantee, options);
  }

  /**
   * Lets `grantee` use every route of the push URL: push, broadcast, see who is online, disconnect. A Lambda function
   * receives it in `PUSH_URL`, so it needs no `grantPush` beside it.
   *
   * @throws {ConfigurationError} when the variable has another value; `options` names others.
   * @example
   * ```ts
   * pushes.grantAll(backend, { urlVariable: 'SHOP_PUSH_URL' });
   * ```
   */
  grantAll(grantee: IGrantable, options?: GrantOptions): Grant {
    return this.#pushEndpoint.grantAll(grantee, options);
  }
}
