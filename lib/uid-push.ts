import { Duration } from 'aws-cdk-lib';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { EnvironmentVariable } from '../lambda/names.ts';
import type { Configuration } from './configuration.ts';
import { ConnectionTable } from './connection-table.ts';
import { LambdaFunction } from './lambda-function.ts';
import { WebSocketGateway } from './websocket-gateway.ts';

/** Everything that is deployed, in the order in which the data goes: browser → gateway → Lambda → table, and back by the push URL. */
export class UidPush extends Construct {
  /** Where browsers connect: `wss://…`. */
  readonly webSocketUrl: string;
  /** Where backends push: `https://…/`. */
  readonly pushUrl: string;

  constructor(scope: Construct, id: string, configuration: Configuration) {
    super(scope, id);
    const table = new ConnectionTable(this, 'Connections');

    const connect = new LambdaFunction(this, 'Connect', { source: 'connect', timeout: Duration.seconds(5) });
    connect.addEnvironment(EnvironmentVariable.allowedOrigins, configuration.allowedOrigins.join(','));
    const register = new LambdaFunction(this, 'Register', {
      source: 'register',
      timeout: Duration.seconds(10),
    });
    table.grantRegister(register);
    const disconnect = new LambdaFunction(this, 'Disconnect', {
      source: 'disconnect',
      timeout: Duration.seconds(10),
    });
    table.grantDisconnect(disconnect);
    const gateway = new WebSocketGateway(this, 'Gateway', {
      stage: configuration.stage,
      connect,
      register,
      disconnect,
    });

    const push = new LambdaFunction(this, 'Push', {
      source: 'push',
      timeout: Duration.seconds(25),
      memorySize: 512,
    });
    table.grantPush(push);
    gateway.grantPost(push);

    this.webSocketUrl = gateway.stage.url;
    this.pushUrl = push.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM }).url;
  }
}
