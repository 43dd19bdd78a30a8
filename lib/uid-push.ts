import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EnvironmentVariable } from '../lambda/names.ts';
import { Broadcast } from './broadcast.ts';
import type { Configuration } from './configuration.ts';
import { ConnectionIdentity } from './connection-identity.ts';
import { ConnectionTable } from './connection-table.ts';
import { LambdaFunction } from './lambda-function.ts';
import { MessageTable } from './message-table.ts';
import { PushEndpoint } from './push-endpoint.ts';
import { WebSocketGateway } from './websocket-gateway.ts';

/** Everything that is deployed, in the order in which the data goes: browser → gateway → Lambda → table, and back by the push URL. */
export class UidPush extends Construct {
  /** Where browsers connect: `wss://…`. */
  readonly webSocketUrl: string;
  /** Where backends push: `https://…/`. */
  readonly pushUrl: string;
  /** The secret that callers of the push URL bear, with `pushAuth=secret`. */
  readonly pushSecretName: string | undefined;
  /** The secret that backends sign tokens with, unless uids are claimed or a provider signs. */
  readonly tokenSecretName: string | undefined;

  constructor(scope: Construct, id: string, configuration: Configuration) {
    super(scope, id);
    const table = new ConnectionTable(this, 'Connections');
    const messages = new MessageTable(this, 'Messages', configuration);
    const identity = new ConnectionIdentity(this, 'Identity', configuration);

    const connect = new LambdaFunction(this, 'Connect', { source: 'connect', timeout: Duration.seconds(5) });
    connect.addEnvironment(EnvironmentVariable.allowedOrigins, configuration.allowedOrigins.join(','));
    const register = new LambdaFunction(this, 'Register', {
      source: 'register',
      timeout: Duration.seconds(10),
    });
    table.grantRegister(register);
    messages.grantReplay(register);
    identity.grantIdentify(register);
    register.addEnvironment(EnvironmentVariable.sessions, configuration.sessions);
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
    gateway.grantPost(register);
    gateway.grantClose(register);

    const broadcast = new Broadcast(this, 'Broadcast', {
      table,
      gateway,
      postsPerSecond: configuration.broadcastPostsPerSecond,
    });
    const push = new PushEndpoint(this, 'Push', {
      auth: configuration.pushAuth,
      table,
      messages,
      gateway,
      broadcast,
    });

    this.webSocketUrl = gateway.stage.url;
    this.pushUrl = push.url;
    this.pushSecretName = push.secret?.secretName;
    this.tokenSecretName = identity.secret?.secretName;
  }
}
