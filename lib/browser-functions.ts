import { Duration, Fn, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { EnvironmentVariable, REGISTER_TIMEOUT_SECONDS } from '../lambda/names.ts';
import { CloudFront } from './cloud-front.ts';
import type { Configuration } from './configuration.ts';
import type { ConnectionIdentity } from './connection-identity.ts';
import type { ConnectionTable } from './connection-table.ts';
import { FunctionSource } from './function-source.ts';
import type { GroupTable } from './group-table.ts';
import { LambdaFunction } from './lambda-function.ts';

/**
 * Declares the function that looks at the origin of a browser that connects, and whether it comes by CloudFront.
 * `origins`: see `originsText`. None where any browser may connect: there is nothing else to decide.
 */
export function connectFunction(
  scope: Construct,
  { cloudFront }: Configuration,
  origins: string,
): LambdaFunction | undefined {
  if (origins === '' && cloudFront !== CloudFront.only) return undefined;
  const source = FunctionSource.connect;
  const connect = new LambdaFunction(scope, 'Connect', { source, timeout: Duration.seconds(5) });
  connect.addEnvironment(EnvironmentVariable.allowedOrigins, origins);
  return connect;
}

/** Declares the function that receives the messages of browsers. */
export function registerFunction(
  scope: Construct,
  { sessions, claimedGroups, registerConcurrency, firstMessageMember, ignoredFirstMessages }: Configuration,
  {
    table,
    groups,
    identity,
  }: { table: ConnectionTable; groups: GroupTable | undefined; identity: ConnectionIdentity },
): LambdaFunction {
  const register = new LambdaFunction(scope, 'Register', {
    source: FunctionSource.register,
    timeout: Duration.seconds(REGISTER_TIMEOUT_SECONDS),
    reservedConcurrency: registerConcurrency,
  });
  table.grantRegister(register);
  groups?.grantJoin(register);
  if (claimedGroups) register.addEnvironment(EnvironmentVariable.claimedGroups, 'true');
  identity.grantIdentify(register);
  register.addEnvironment(EnvironmentVariable.sessions, sessions);
  if (firstMessageMember !== undefined) {
    register.addEnvironment(EnvironmentVariable.firstMessageMember, firstMessageMember);
  }
  if (ignoredFirstMessages !== undefined) {
    const ignored = Stack.of(scope).toJsonString(ignoredFirstMessages);
    register.addEnvironment(EnvironmentVariable.ignoredFirstMessages, ignored);
  }
  return register;
}

/** Declares the function that removes what a closed connection registered. */
export function disconnectFunction(
  scope: Construct,
  table: ConnectionTable,
  groups: GroupTable | undefined,
): LambdaFunction {
  const source = FunctionSource.disconnect;
  const disconnect = new LambdaFunction(scope, 'Disconnect', { source, timeout: Duration.seconds(10) });
  table.grantDisconnect(disconnect);
  groups?.grantFollow(disconnect);
  return disconnect;
}

/** Returns the origins that may connect as functions have them in a variable; empty: any. */
export function originsText(origins: readonly string[] | undefined): string {
  if (origins === undefined) return '';
  // Not Array.join: a list may be known only at deployment. If it comes out empty there, the comma keeps the text from
  // meaning any.
  return `${Fn.join(',', [...origins])}${Token.isUnresolved(origins) || origins.some(Token.isUnresolved) ? ',' : ''}`;
}
