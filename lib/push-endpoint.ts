import { Annotations, Duration } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import {
  BackendVariable,
  EnvironmentVariable,
  PUSH_TIMEOUT_SECONDS,
  PushAuth,
  PushEndpointKind,
} from '../lambda/names.ts';
import { acknowledgeOf } from './acknowledge.ts';
import type { Broadcast } from './broadcast.ts';
import type { ConnectionTable } from './connection-table.ts';
import { FunctionSource } from './function-source.ts';
import { GeneratedSecret } from './generated-secret.ts';
import {
  type GrantOptions,
  grantVariables,
  hasAll,
  isConfigurable,
  type Right,
  setVariable,
} from './grant-variables.ts';
import type { GroupTable } from './group-table.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { MessageTable } from './message-table.ts';
import type { WatchedFunction } from './monitoring/watched.ts';
import type { Presence } from './presence.ts';
import { oldPushUrlOf, type PushUrl, pushUrlOf } from './push-url.ts';
import type { WebSocketGateway } from './websocket-gateway.ts';

export type PushEndpointProps = {
  auth: PushAuth;
  endpoint: PushEndpointKind;
  /** Whether it also keeps the URL that it had before functions had versions. */
  hasOldUrl: boolean;
  table: ConnectionTable;
  messages: MessageTable;
  /** Absent without groups. */
  groups: GroupTable | undefined;
  gateway: WebSocketGateway;
  broadcast: Broadcast;
  presence: Presence | undefined;
  /** By which uids are hashed for the logs. */
  uidHashKey: string;
  /** How many of the function with all routes may run at the same time. */
  concurrency: number | undefined;
  /** The longest that a token may be valid; absent where tokens can't be revoked. */
  maxTokenSeconds: number | undefined;
  /** Called with each function that a grant makes, to be configured and watched like the others. */
  onFunction(made: WatchedFunction): void;
};

/**
 * The push URL: one function behind a function URL, which costs nothing by itself and has no share in API Gateway's
 * throttle, or behind an HTTP API where there are no function URLs.
 *
 * A grantee that may only push, or only disconnect, has the URL of another function, made when it is first granted: IAM
 * distinguishes functions, but not the paths of a URL. That function has neither the code nor the permissions for
 * anything else.
 */
export class PushEndpoint extends Construct {
  readonly function: LambdaFunction;
  /** What is before the function. */
  readonly kind: PushEndpointKind;
  /** `https://…/`, with all routes. */
  readonly url: string;
  /** The same without the alias: it runs what is deployed last, also while that is being deployed. */
  readonly oldUrl: string | undefined;
  /** The secret that callers bear, with `pushAuth=secret`. */
  readonly secret: Secret | undefined;
  readonly #allRoutes: PushUrl;
  readonly #props: PushEndpointProps;
  readonly #narrowUrls = new Map<FunctionSource, PushUrl>();

  constructor(scope: Construct, id: string, props: PushEndpointProps) {
    super(scope, id);
    this.#props = props;
    const { auth, table, broadcast, concurrency } = props;
    this.function = this.#makeFunction('Function', FunctionSource.push, concurrency);
    this.#mayPush(this.function);
    this.#mayDisconnect(this.function);
    table.grantList(this.function);
    broadcast.grantStart(this.function);
    this.function.addEnvironment(EnvironmentVariable.pushAuth, auth);

    const isSecret = auth === PushAuth.secret;
    if (isSecret && concurrency === undefined) warnOfFloods(this);
    this.#allRoutes = pushUrlOf(this.function, { kind: props.endpoint, isSigned: !isSecret });
    this.kind = props.endpoint;
    this.url = this.#allRoutes.url;
    const hasOldUrl = props.hasOldUrl && props.endpoint === PushEndpointKind.functionUrl;
    this.oldUrl = hasOldUrl ? oldPushUrlOf(this.function, !isSecret) : undefined;
    if (isSecret) {
      acknowledgeOf('NIST.800.53.R5', this.function, {
        LambdaFunctionPublicAccessProhibited:
          'With pushAuth=secret it is the function that checks what callers bear, so that they need no AWS credentials.',
      });
    }
    this.secret = isSecret ? this.#makeSecret() : undefined;
  }

  /** `https://…/`, with the routes that push; with all routes where callers bear a secret. */
  get pushOnlyUrl(): string {
    return this.#pushOnlyUrl().url;
  }

  /** Lets `grantee` use all routes, and sets the URL in its environment. */
  grantAll(grantee: IGrantable, options: GrantOptions = {}): Grant {
    return this.#grant(grantee, 'all', grantVariables(options, BackendVariable.pushUrl, this.#path));
  }

  /** Lets `grantee` push, and sets the URL in its environment. */
  grantPush(grantee: IGrantable, options: GrantOptions = {}): Grant {
    return this.#grant(grantee, 'push', grantVariables(options, BackendVariable.pushUrl, this.#path));
  }

  /** Lets `grantee` close connections, and sets the URL in its environment. */
  grantDisconnect(grantee: IGrantable, options: GrantOptions = {}): Grant {
    const names = grantVariables(options, BackendVariable.disconnectUrl, this.#path);
    return this.#grant(grantee, 'disconnect', names);
  }

  #grant(
    grantee: IGrantable,
    asked: Right,
    { urlVariable, secretIdVariable }: Required<GrantOptions>,
  ): Grant {
    // Who may use every route under this name needs no URL that has fewer.
    const right = hasAll(grantee, urlVariable, this) ? 'all' : asked;
    const url = this.#urlFor(right);
    if (isConfigurable(grantee)) {
      setVariable(grantee, urlVariable, url.url, { owner: this, right });
      if (this.secret) {
        const { secretArn } = this.secret;
        setVariable(grantee, secretIdVariable, secretArn, { owner: this, right: undefined });
      }
    }
    return this.secret ? this.secret.grantRead(grantee) : url.grantInvoke(grantee);
  }

  #urlFor(right: Right): PushUrl {
    if (right === 'push') return this.#pushOnlyUrl();
    if (right === 'disconnect') return this.#disconnectOnlyUrl();
    return this.#allRoutes;
  }

  /** That of the service, as an app knows it. */
  get #path(): string {
    return this.node.scope?.node.path ?? this.node.path;
  }

  #pushOnlyUrl(): PushUrl {
    return this.#narrowUrl(FunctionSource.pushOnly, () => {
      const fn = this.#makeFunction('PushOnlyFunction', FunctionSource.pushOnly);
      this.#mayPush(fn);
      this.#props.onFunction({ name: 'PushOnly', fn, takesPushes: true });
      return fn;
    });
  }

  #disconnectOnlyUrl(): PushUrl {
    return this.#narrowUrl(FunctionSource.disconnectOnly, () => {
      const fn = this.#makeFunction('DisconnectOnlyFunction', FunctionSource.disconnectOnly);
      this.#mayDisconnect(fn);
      this.#props.onFunction({ name: 'DisconnectOnly', fn, takesPushes: false });
      return fn;
    });
  }

  /** Where callers bear a secret, who has it may use every route anyway: there it is the URL with all of them. */
  #narrowUrl(source: FunctionSource, makeFunction: () => LambdaFunction): PushUrl {
    if (this.secret) return this.#allRoutes;
    const url =
      this.#narrowUrls.get(source) ??
      pushUrlOf(makeFunction(), { kind: this.#props.endpoint, isSigned: true });
    this.#narrowUrls.set(source, url);
    return url;
  }

  #makeFunction(id: string, source: FunctionSource, reservedConcurrency?: number): LambdaFunction {
    const timeout = Duration.seconds(PUSH_TIMEOUT_SECONDS);
    const fn = new LambdaFunction(this, id, { source, timeout, memorySize: 512, reservedConcurrency });
    fn.addEnvironment(EnvironmentVariable.uidHashKey, this.#props.uidHashKey);
    // Each removes what it finds gone.
    this.#props.presence?.grantDepartures(fn);
    return fn;
  }

  #mayPush(fn: LambdaFunction): void {
    const { table, messages, groups, gateway } = this.#props;
    table.grantLookUp(fn);
    groups?.grantPush(fn);
    messages.grantStore(fn);
    gateway.grantPost(fn);
  }

  #mayDisconnect(fn: LambdaFunction): void {
    const { table, messages, groups, gateway, maxTokenSeconds } = this.#props;
    table.grantLookUp(fn);
    groups?.grantFollow(fn);
    table.grantClose(fn);
    // Framed connections receive the reason before they are closed.
    gateway.grantPost(fn);
    gateway.grantClose(fn);
    if (maxTokenSeconds === undefined) return;
    messages.grantRevoke(fn);
    fn.addEnvironment(EnvironmentVariable.maxTokenSeconds, String(maxTokenSeconds));
  }

  #makeSecret(): Secret {
    const secret = new GeneratedSecret(this, 'Secret', {
      description: 'What callers of the push URL bear: Authorization: Bearer <secret>',
      length: 43,
      notRotatedBecause:
        'A new value has to reach the callers too, which only their owner can do; the value before it stays valid meanwhile.',
    });
    secret.grantRead(this.function);
    this.function.addEnvironment(EnvironmentVariable.pushSecretId, secret.secretArn);
    return secret;
  }
}

/**
 * No error: a new account may have ten functions at a time, none of which can be reserved.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
function warnOfFloods(scope: Construct): void {
  Annotations.of(scope).addWarningV2(
    'uidpush:pushConcurrency',
    'With pushAuth=secret the push URL is public, and anybody can make it run all functions that the account may run. Set pushConcurrency. See SECURITY.md.',
  );
}
