import { readFileSync } from 'node:fs';
import type { CredentialsProvider } from '../client/backend/credentials.ts';
import type { AuthorisationOptions } from '../client/backend/options.ts';
import { signingScopeOf } from '../client/backend/signature.ts';
import { ExitCode } from '../terminal/exit-code.ts';
import { CliError } from './cli-error.ts';
import { type Outputs, outputsIn } from './outputs.ts';

/** The deployment that a command is for. */
export type Target = {
  pushUrl: string;
  webSocketUrl: string;
  secret?: string;
  /** The region to sign for, where the push URL doesn't say it. */
  region?: string;
};

/** What `npm start` runs. */
export const localTarget = {
  pushUrl: 'http://127.0.0.1:8080/',
  webSocketUrl: 'ws://127.0.0.1:1234',
} as const satisfies Target;

/** An address of the outputs file goes before that of the environment, and that before the local one. */
export function readTarget(outputsFile: string | undefined, environment: NodeJS.ProcessEnv): Target {
  const { UIDPUSH_PUSH_URL, UIDPUSH_WEBSOCKET_URL, UIDPUSH_SECRET, UIDPUSH_REGION } = environment;
  const authorisation = {
    ...(UIDPUSH_SECRET && { secret: UIDPUSH_SECRET }),
    ...(UIDPUSH_REGION && { region: UIDPUSH_REGION }),
  };
  if (outputsFile !== undefined) {
    const { pushUrl, webSocketUrl } = readOutputs(outputsFile);
    return { pushUrl, webSocketUrl, ...authorisation };
  }
  return {
    pushUrl: UIDPUSH_PUSH_URL || localTarget.pushUrl,
    webSocketUrl: UIDPUSH_WEBSOCKET_URL || localTarget.webSocketUrl,
    ...authorisation,
  };
}

/** How the requests of a command prove that they may be made. */
export function authorisationOf({ pushUrl, secret, region }: Target): AuthorisationOptions {
  if (secret !== undefined) return { secret };
  const signedFor = region ?? (URL.canParse(pushUrl) ? signingScopeOf(new URL(pushUrl))?.region : undefined);
  return signedFor === undefined ? {} : { region: signedFor, credentials: awsCredentials() };
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
