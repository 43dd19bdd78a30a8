import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { EnvironmentVariable, PUSH_TIMEOUT_SECONDS, PushAuth } from '../lambda/names.ts';
import type { Broadcast } from './broadcast.ts';
import type { ConnectionTable } from './connection-table.ts';
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
  /** `https://…/` */
  readonly url: string;
  /** The secret that callers bear, with `pushAuth=secret`. */
  readonly secret: Secret | undefined;

  constructor(scope: Construct, id: string, props: PushEndpointProps) {
    super(scope, id);
    const { auth, table, messages, gateway, broadcast } = props;
    const push = new LambdaFunction(this, 'Function', {
      source: 'push',
      timeout: Duration.seconds(PUSH_TIMEOUT_SECONDS),
      memorySize: 512,
    });
    table.grantPush(push);
    messages.grantStore(push);
    gateway.grantPost(push);
    gateway.grantClose(push);
    broadcast.grantStart(push);
    push.addEnvironment(EnvironmentVariable.pushAuth, auth);

    // With AWS_IAM a caller needs both lambda:InvokeFunctionUrl and lambda:InvokeFunction; `grantInvokeUrl` gives both.
    // https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    const isSecret = auth === PushAuth.secret;
    const url = push.addFunctionUrl({
      authType: isSecret ? FunctionUrlAuthType.NONE : FunctionUrlAuthType.AWS_IAM,
    });
    this.url = url.url;
    this.secret = isSecret ? this.#secretFor(push) : undefined;
  }

  #secretFor(push: LambdaFunction): Secret {
    const secret = new Secret(this, 'Secret', {
      description: 'What callers of the push URL bear: Authorization: Bearer <secret>',
      generateSecretString: { passwordLength: 43, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    secret.grantRead(push);
    push.addEnvironment(EnvironmentVariable.pushSecretId, secret.secretArn);
    return secret;
  }
}
