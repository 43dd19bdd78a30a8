import { Duration } from 'aws-cdk-lib';
import type { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { EnvironmentVariable, PushEndpointKind } from '../../lambda/names.ts';
import type { ConnectionIdentity } from '../connection-identity.ts';
import { FunctionSource } from '../function-source.ts';
import { LambdaFunction } from '../lambda-function.ts';
import type { PushEndpoint } from '../push-endpoint.ts';
import { runRegularly } from '../run-regularly.ts';

/** Endpoints and credentials that the canary uses, as users do. */
export type CanaryProps = {
  /** Where browsers connect. */
  webSocketUrl: string;
  /** As the connect function has them: a page of the first of them connects. */
  allowedOrigins: string;
  identity: ConnectionIdentity;
  /** Checks what the canary proves. */
  register: CdkFunction;
  push: PushEndpoint;
};

/** Each minute, a message to a page of its own: what users notice, measured where they are, on the outside. */
export class Canary extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: CanaryProps) {
    super(scope, id);
    this.function = new LambdaFunction(this, 'Function', {
      source: FunctionSource.canary,
      // Four steps of ten seconds, and a second for the socket to close.
      timeout: Duration.seconds(60),
    });
    this.function.addEnvironment(EnvironmentVariable.webSocketUrl, props.webSocketUrl);
    this.function.addEnvironment(EnvironmentVariable.allowedOrigins, props.allowedOrigins);
    props.identity.grantProveCanary(this.function, props.register);
    const { kind } = props.push;
    if (kind === PushEndpointKind.httpApi)
      this.function.addEnvironment(EnvironmentVariable.pushEndpoint, kind);
    // The URL that the stack's output names, which backends use.
    props.push.grantAll(this.function);
    runRegularly(this, this.function, Duration.minutes(1));
  }
}
