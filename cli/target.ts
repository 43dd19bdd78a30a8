import { readFileSync } from 'node:fs';
import type { CredentialsProvider } from '../client/backend/credentials.ts';
import type { AuthorisationOptions } from '../client/backend/options.ts';
import { signingScopeOf } from '../client/backend/signature.ts';
import { ExitCode } from '../terminal/exit-code.ts';
import { CliError } from './cli-error.ts';
import { type Outputs, outputsFrom, outputsIn } from './outputs.ts';

/** The deployment that a command is for. */
export type Target = {
  pushUrl: string;
  webSocketUrl: string;
  secret?: string | (() => Promise<string>);
  /** Secret that signs tokens, for `listen`. */
  tokenSecret?: () => Promise<string>;
  /** By which the logs have uids. */
  uidHashKey?: string;
  /** The region to sign for, where the push URL doesn't say it. */
  region?: string;
  /** The service to sign for, likewise. */
  service?: AuthorisationOptions['service'];
};

/** The stack of `npm start`. */
export const localTarget = {
  pushUrl: 'http://127.0.0.1:8080/',
  webSocketUrl: 'ws://127.0.0.1:1234',
} as const satisfies Target;

/** Where a command finds its deployment, beside the environment. */
export type TargetOptions = {
  /** A file with the outputs of one. */
  outputs?: string;
  /** The name of a stack of the AWS account that the environment has credentials for. */
  stack?: string;
};

/**
 * Outputs go before the environment, and the environment before the local stack's values; but a secret of the
 * environment goes before the stack's.
 *
 * @throws {CliError} when the outputs can't be read
 */
export async function readTarget(options: TargetOptions, environment: NodeJS.ProcessEnv): Promise<Target> {
  const { UIDPUSH_PUSH_URL, UIDPUSH_WEBSOCKET_URL, UIDPUSH_STACK } = environment;
  const stackName = options.stack ?? (options.outputs === undefined ? UIDPUSH_STACK : undefined);
  if (stackName) return targetOfStack(stackName, environment);
  const authorisation = authorisationIn(environment);
  if (options.outputs !== undefined) {
    return { ...targetOf(readOutputs(options.outputs)), ...authorisation };
  }
  return {
    pushUrl: UIDPUSH_PUSH_URL || localTarget.pushUrl,
    webSocketUrl: UIDPUSH_WEBSOCKET_URL || localTarget.webSocketUrl,
    ...authorisation,
  };
}

function authorisationIn({
  UIDPUSH_SECRET,
  UIDPUSH_REGION,
  UIDPUSH_TOKEN_SECRET,
  UIDPUSH_UID_HASH_KEY,
}: NodeJS.ProcessEnv): Omit<Target, 'pushUrl' | 'webSocketUrl'> {
  return {
    ...(UIDPUSH_SECRET && { secret: UIDPUSH_SECRET }),
    ...(UIDPUSH_REGION && { region: UIDPUSH_REGION }),
    ...(UIDPUSH_TOKEN_SECRET && { tokenSecret: async () => UIDPUSH_TOKEN_SECRET }),
    ...(UIDPUSH_UID_HASH_KEY && { uidHashKey: UIDPUSH_UID_HASH_KEY }),
  };
}

function targetOf({ pushUrl, webSocketUrl, pushUrlKind, uidHashKey }: Outputs): Target {
  return {
    pushUrl,
    webSocketUrl,
    ...serviceOfKind(pushUrlKind),
    ...(uidHashKey !== undefined && { uidHashKey }),
  };
}

/** What the push client must know of an HTTP API whose name doesn't tell, as one on this machine. */
export function serviceOfKind(pushUrlKind: string | undefined): Pick<AuthorisationOptions, 'service'> {
  return pushUrlKind === 'http-api' ? { service: 'execute-api' } : {};
}

async function targetOfStack(name: string, environment: NodeJS.ProcessEnv): Promise<Target> {
  const given = authorisationIn(environment);
  const { awsStack } = await import('./aws-stack.ts');
  const stack = awsStack(given.region);
  const { outputs, region } = await asked(`The stack ${name}`, () => stack.describe(name));
  const found = outputsFrom(outputs);
  if (!found) {
    throw new CliError(ExitCode.usage, `The stack ${name} has no outputs PushUrl and WebSocketUrl.`);
  }
  const { pushSecretName, tokenSecretName } = found;
  const readSecret = (secretName: string) => async () =>
    (await asked(`The secret ${secretName}`, () => stack.secretValue(secretName))) ?? '';
  return {
    ...targetOf(found),
    region,
    ...(pushSecretName !== undefined && { secret: readSecret(pushSecretName) }),
    ...(tokenSecretName !== undefined && { tokenSecret: readSecret(tokenSecretName) }),
    ...given,
  };
}

/** AWS's own reason, such as that there is no such stack, has nothing that is secret. */
async function asked<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new CliError(ExitCode.failed, `${what} can't be read. ${reason}`, { cause: error });
  }
}

/** How the requests of a command prove that they may be made. */
export function authorisationOf({ pushUrl, secret, region, service }: Target): AuthorisationOptions {
  const ofService = service === undefined ? {} : { service };
  if (secret !== undefined) return { secret, ...ofService };
  const signedFor = region ?? (URL.canParse(pushUrl) ? signingScopeOf(new URL(pushUrl))?.region : undefined);
  if (signedFor === undefined) return ofService;
  return { region: signedFor, credentials: awsCredentials(), ...ofService };
}

/** Those that the AWS tools find: of the environment, profiles, single sign-on, containers, instance roles. */
function awsCredentials(): CredentialsProvider {
  let chain: Promise<CredentialsProvider> | undefined;
  return async () => {
    chain ??= import('./aws-credentials.ts').then(({ fromNodeProviderChain }) => fromNodeProviderChain());
    return (await chain)();
  };
}

/** Throws a `CliError` when the file can't be read, or has no outputs of a stack. */
export function readOutputs(file: string): Outputs {
  const outputs = outputsIn(readText(file));
  if ('problem' in outputs) throw new CliError(ExitCode.usage, `${file}: ${outputs.problem}`);
  return outputs;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(ExitCode.usage, `${file} can't be read.`, { cause: error });
  }
}
