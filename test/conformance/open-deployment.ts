import { decodeJwt } from 'jose';
import { CliError } from '../../cli/cli-error.ts';
import type { Outputs } from '../../cli/outputs.ts';
import { serviceOfKind } from '../../cli/target.ts';
import type { AuthorisationOptions } from '../../client/backend/options.ts';
import { signingScopeOf } from '../../client/backend/signature.ts';
import { CloudFront } from '../../lib/cloud-front.ts';
import { ExitCode } from '../../terminal/exit-code.ts';
import { clientOf, type Deployment, pushAuthOf } from './deployment.ts';
import type { ConformanceIdentity } from './identity.ts';
import type { Options } from './options.ts';
import { awsCaller, type Caller } from './secrets.ts';
import { type TextAddress, unreachableReason } from './text-program.ts';

/**
 * All that the checks must know of a deployment; asks AWS for its secrets. Throws a `CliError` when that can't be had.
 */
export async function openDeployment(outputs: Outputs, options: Options): Promise<Deployment> {
  const { pushUrl, webSocketUrl } = outputs;
  const region = options.region ?? signingScopeOf(new URL(pushUrl))?.region;
  const caller = awsCaller(region);
  const secret = await secretOf('push-secret', options.pushSecret, outputs.pushSecretName, caller);
  const authorisation: AuthorisationOptions = {
    ...(secret !== undefined && { secret }),
    ...(region !== undefined && { region, credentials: caller.credentials }),
    ...serviceOfKind(outputs.pushUrlKind),
  };
  return {
    webSocketUrl,
    apiWebSocketUrl: outputs.apiWebSocketUrl,
    needsCloudFront: outputs.cloudFrontMode === CloudFront.only,
    connectTo: options.connectTo,
    pushUrl,
    pushAuth: pushAuthOf(pushUrl, authorisation),
    authorisation,
    client: clientOf({ pushUrl }, authorisation),
    identity: await identityOf(outputs, options, caller),
    sessions: options.sessions,
    hasRevocation: options.revocation,
    groups: options.claimedGroups ? 'claimed' : options.groups ? 'by-token' : 'none',
    watch: options.claimedWatch ? 'claimed' : options.watch ? 'by-token' : 'none',
    origin: options.origin,
    text: await textOf(outputs, options, caller),
    mayBroadcast: options.broadcast,
  };
}

async function identityOf(outputs: Outputs, options: Options, caller: Caller): Promise<ConformanceIdentity> {
  const { token, tokenAudience: audience, tokenIssuer: issuer } = options;
  if (token !== undefined) return { kind: 'given', token, uid: uidIn(token) };
  const secret = await secretOf('token-secret', options.tokenSecret, outputs.tokenSecretName, caller);
  if (secret === undefined) return { kind: 'claimed' };
  return {
    kind: 'signed',
    secret,
    ...(audience !== undefined && { audience }),
    ...(issuer !== undefined && { issuer }),
  };
}

function uidIn(token: string): string {
  try {
    const { sub } = decodeJwt(token);
    if (sub) return sub;
  } catch {
    // Said below: the token itself must not be repeated.
  }
  throw new CliError(ExitCode.usage, '--token is not a JWT with a sub.');
}

async function textOf(outputs: Outputs, options: Options, caller: Caller): Promise<Deployment['text']> {
  if (outputs.textEndpoint === undefined) return { unavailable: 'the stack has no text endpoint' };
  const { hostname, port } = new URL(`tcp://${outputs.textEndpoint}`);
  const secrets = await secretOf('text-secret', options.textSecret, outputs.textSecretName, caller);
  // While it is replaced, the old and the new one are both in it.
  const secret = secrets?.trim().split(/\s+/)[0];
  const address: TextAddress = {
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: Number(port),
    tls: options.textTls,
    ...(secret !== undefined && { secret }),
  };
  const unavailable = await unreachableReason(address);
  return unavailable === undefined ? { address } : { unavailable };
}

/** The one that was given, or else the one of that name; `undefined` when the stack has none. */
async function secretOf(
  option: string,
  given: string | undefined,
  name: string | undefined,
  caller: Caller,
): Promise<string | undefined> {
  if (given !== undefined || name === undefined) return given;
  try {
    return await caller.secretValue(name);
  } catch (error) {
    throw new CliError(ExitCode.usage, `The secret ${name} can't be read; give --${option}.`, {
      cause: error,
    });
  }
}
