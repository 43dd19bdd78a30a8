import type { AuthorisationOptions } from '../../client/backend/options.ts';
import { createPushClient, type PushClient } from '../../client/backend/push-client.ts';
import { signingScopeOf } from '../../client/backend/signature.ts';
import type { ConformanceIdentity } from './identity.ts';
import type { TextAddress } from './text-program.ts';

/** The stack that is proven, and what is known of its configuration. */
export type Deployment = {
  webSocketUrl: string;
  /** API Gateway's own address, where `webSocketUrl` is another and this one exists, too. */
  apiWebSocketUrl: string | undefined;
  /** Whether what doesn't come by CloudFront must be refused. */
  needsCloudFront: boolean;
  /** The host at which `webSocketUrl` is reached, whatever its name points to. */
  connectTo: string | undefined;
  pushUrl: string;
  /** Who may call the push URL. `open`: nobody checks, as on a person's own machine. */
  pushAuth: 'iam' | 'secret' | 'open';
  authorisation: AuthorisationOptions;
  client: PushClient;
  identity: ConformanceIdentity;
  sessions: 'many' | 'single';
  /** Whether tokens can be revoked. */
  hasRevocation: boolean;
  /** Whether there are groups, and with `claimed` uids whether pages may join any. */
  groups: 'none' | 'by-token' | 'claimed';
  /** Whether pages may watch, and with `claimed` uids whether they may watch any. */
  watch: 'none' | 'by-token' | 'claimed';
  /** The `Origin` that every browser has; `undefined`: browsers have none, and any is allowed. */
  origin: string | undefined;
  text: { address: TextAddress } | { unavailable: string };
  /** Whether a broadcast may be made: it reaches every registered browser, not the suite's alone. */
  mayBroadcast: boolean;
};

/** Signatures are wanted where the push URL is AWS's, or is https and a region says that AWS is behind another name. */
export function pushAuthOf(
  pushUrl: string,
  { secret, region }: AuthorisationOptions,
): Deployment['pushAuth'] {
  if (secret !== undefined) return 'secret';
  const url = new URL(pushUrl);
  const isAws = signingScopeOf(url) !== undefined || (region !== undefined && url.protocol === 'https:');
  return isAws ? 'iam' : 'open';
}

/** A push client of the deployment with other credentials than its own. */
export function clientOf(
  { pushUrl }: Pick<Deployment, 'pushUrl'>,
  options: AuthorisationOptions,
): PushClient {
  return createPushClient({ url: pushUrl, ...options });
}
