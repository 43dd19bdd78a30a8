import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Alias, type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import {
  BackendVariable,
  EnvironmentVariable,
  PUSH_TIMEOUT_SECONDS,
  PushAlias,
  PushAuth,
} from '../lambda/names.ts';
import { acknowledge } from './acknowledge.ts';
import type { Broadcast } from './broadcast.ts';
import type { ConnectionTable } from './connection-table.ts';
import { FunctionSource } from './function-source.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { MessageTable } from './message-table.ts';
import type { WebSocketGateway } from './websocket-gateway.ts';

export type PushEndpointProps = {
  auth: PushAuth;
  table: ConnectionTable;
  messages: MessageTable;
  gateway: WebSocketGateway;
  broadcast: Broadcast;
};

/** The push URL: one function behind a function URL, which costs nothing by itself and has no share in API Gateway's throttle. */
export class PushEndpoint extends Construct {
  readonly function: LambdaFunction;
  /** `https://…/`, with all routes. */
  readonly url: string;
  /** The secret that callers bear, with `pushAuth=secret`. */
  readonly secret: Secret | undefined;
  readonly #functionUrl: FunctionUrl;
  readonly #aliasUrls = new Map<PushAlias, FunctionUrl>();

  constructor(scope: Construct, id: string, props: PushEndpointProps) {
    super(scope, id);
    const { auth, table, messages, gateway, broadcast } = props;
    this.function = new LambdaFunction(this, 'Function', {
      source: FunctionSource.push,
      timeout: Duration.seconds(PUSH_TIMEOUT_SECONDS),
      memorySize: 512,
    });
    table.grantPush(this.function);
    messages.grantStore(this.function);
    gateway.grantPost(this.function);
    gateway.grantClose(this.function);
    broadcast.grantStart(this.function);
    this.function.addEnvironment(EnvironmentVariable.pushAuth, auth);

    const isSecret = auth === PushAuth.secret;
    this.#functionUrl = this.function.addFunctionUrl({
      authType: isSecret ? FunctionUrlAuthType.NONE : FunctionUrlAuthType.AWS_IAM,
    });
    this.url = this.#functionUrl.url;
    this.secret = isSecret ? this.#makeSecret() : undefined;
  }

  /** Lets `grantee` use all routes, and tells it where. */
  grantAll(grantee: IGrantable): Grant {
    return this.#grant(grantee, this.#functionUrl, BackendVariable.pushUrl);
  }

  /** Lets `grantee` push, and tells it where. */
  grantPush(grantee: IGrantable): Grant {
    return this.#grant(grantee, this.#urlOf('PushOnly', PushAlias.pushOnly), BackendVariable.pushUrl);
  }

  /** Lets `grantee` disconnect uids, and tells it where. */
  grantDisconnect(grantee: IGrantable): Grant {
    const url = this.#urlOf('DisconnectOnly', PushAlias.disconnectOnly);
    return this.#grant(grantee, url, BackendVariable.disconnectUrl);
  }

  #grant(grantee: IGrantable, url: FunctionUrl, urlVariable: string): Grant {
    if (isConfigurable(grantee)) {
      grantee.addEnvironment(urlVariable, url.url);
      if (this.secret) grantee.addEnvironment(BackendVariable.pushSecretId, this.secret.secretArn);
    }
    // With AWS_IAM a caller needs both lambda:InvokeFunctionUrl and lambda:InvokeFunction; `grantInvokeUrl` gives both.
    // https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    return this.secret ? this.secret.grantRead(grantee) : url.grantInvokeUrl(grantee);
  }

  /**
   * The URL of an alias of the function, which knows by the alias what to offer; made when it is first granted. IAM tells functions
   * and aliases apart, but not the paths of a URL. A bearer of the secret is the same on each URL, so there it is the one with all routes.
   */
  #urlOf(id: string, aliasName: PushAlias): FunctionUrl {
    if (this.secret) return this.#functionUrl;
    const url = this.#aliasUrls.get(aliasName) ?? this.#makeAliasUrl(id, aliasName);
    this.#aliasUrls.set(aliasName, url);
    return url;
  }

  #makeAliasUrl(id: string, aliasName: PushAlias): FunctionUrl {
    const alias = new Alias(this, id, { aliasName, version: this.function.latestVersion });
    return alias.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  }

  #makeSecret(): Secret {
    const secret = new Secret(this, 'Secret', {
      description: 'What callers of the push URL bear: Authorization: Bearer <secret>',
      generateSecretString: { passwordLength: 43, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(
      secret,
      'SMG4',
      'A new value has to reach the callers too, which only their owner can do; the value before it stays valid meanwhile.',
    );
    secret.grantRead(this.function);
    this.function.addEnvironment(EnvironmentVariable.pushSecretId, secret.secretArn);
    return secret;
  }
}

type Configurable = IGrantable & { addEnvironment(name: string, value: string): unknown };

/** Whether it is a function that can be told something, rather than a role, an alias or an imported function. */
function isConfigurable(grantee: IGrantable): grantee is Configurable {
  return 'addEnvironment' in grantee && typeof grantee.addEnvironment === 'function';
}
