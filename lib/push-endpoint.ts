import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { EnvironmentVariable, PushAuth } from '../lambda/names.ts';
import type { Broadcast } from './broadcast.ts';
import type { ConnectionTable } from './connection-table.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { WebSocketGateway } from './websocket-gateway.ts';

export type PushEndpointProps = {
  auth: PushAuth;
  table: ConnectionTable;
  gateway: WebSocketGateway;
  broadcast: Broadcast;
};

/** The push URL: one function behind a function URL, which costs nothing by itself and has no share in API Gateway's throttle. */
export class PushEndpoint extends Construct {
  /** `https://…/` */
  readonly url: string;
  /** The secret that callers bear, with `pushAuth=secret`. */
  readonly secret: Secret | undefined;
  readonly #functionUrl: FunctionUrl;

  constructor(scope: Construct, id: string, { auth, table, gateway, broadcast }: PushEndpointProps) {
    super(scope, id);
    const push = new LambdaFunction(this, 'Function', {
      source: 'push',
      timeout: Duration.seconds(25),
      memorySize: 512,
    });
    table.grantPush(push);
    gateway.grantPost(push);
    gateway.grantClose(push);
    broadcast.grantStart(push);
    push.addEnvironment(EnvironmentVariable.pushAuth, auth);

    const isSecret = auth === PushAuth.secret;
    this.#functionUrl = push.addFunctionUrl({
      authType: isSecret ? FunctionUrlAuthType.NONE : FunctionUrlAuthType.AWS_IAM,
    });
    this.url = this.#functionUrl.url;
    this.secret = isSecret ? this.#secretFor(push) : undefined;
  }

  /**
   * With `pushAuth=iam`, lets `grantee` call the push URL. A caller needs both lambda:InvokeFunctionUrl and lambda:InvokeFunction, and gets both.
   * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
   */
  grantInvoke(grantee: IGrantable): void {
    this.#functionUrl.grantInvokeUrl(grantee);
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
