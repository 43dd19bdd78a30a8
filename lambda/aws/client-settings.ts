import { StandardRetryStrategy } from '@smithy/core/retry';
import type { AwsCredentialIdentity, RetryErrorInfo, StandardRetryToken } from '@smithy/types';
import toFastProperties from 'to-fast-properties';
import { currentDeadline } from '../deadline.ts';
import { SignatureV4Signer } from './request-signer.ts';
import { SocketHandler } from './socket-handler.ts';

/** Who signs the requests, and for which region. */
export type Caller = Pick<AwsCredentialIdentity, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'> & {
  region: string;
};

export type ClientOptions = {
  /** @default the function's own */
  caller?: Caller;
  /** @default where AWS, or `AWS_ENDPOINT_URL…`, has the service */
  endpoint?: string;
  /** Requests under way at the same time; others wait for their turn. @default 50 */
  maxSockets?: number;
  /** Milliseconds since the epoch; for the sockets' idle time and the time of a call. @default Date.now */
  now?: () => number;
};

export type PostOptions = {
  endpoint: string;
  maxSockets: number;
  timeoutMs: number;
  /** @default the function's own */
  caller?: Caller;
  /** As of `ClientOptions`. @default Date.now */
  now?: () => number;
};

/** A response takes milliseconds; the wait for a socket is included. */
const attemptTimeoutMs = 4_000;

/** The SDK's number. */
const maxAttempts = 3;

/**
 * After one attempt that timed out there is time for another, so a call lasts eight seconds and a half at most. Every
 * function's timeout is longer, so that it can say what went wrong; late in an invocation `endingBy` ends it sooner.
 */
const lastAttemptAfterMs = 4_500;

/** The longest response, a BatchGetItem's 16 MB, has room for its JSON here. */
const maxResponseBytes = 32 * 1_024 * 1_024;

/** Only errors are answered with more than a few words. */
const maxPostResponseBytes = 64 * 1_024;

/**
 * The function's role and region, as Lambda has put them into the environment. They are read once: Lambda changes no
 * variable of a sandbox that runs, and ends the sandbox before its credentials do.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function callerFromEnvironment(environment: NodeJS.ProcessEnv = process.env): Caller {
  const sessionToken = environment.AWS_SESSION_TOKEN;
  return {
    accessKeyId: required(environment, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: required(environment, 'AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken ? { sessionToken } : {}),
    region: required(environment, 'AWS_REGION'),
  };
}

function required(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/**
 * Returns the settings of a client whose operations may be done twice: its calls are tried again after a throttle, a
 * 5xx, a timeout or a broken connection, as the SDK does by itself.
 */
export function clientSettings({
  caller = callerFromEnvironment(),
  endpoint,
  maxSockets = 50,
  now = Date.now,
}: ClientOptions = {}) {
  return {
    ...fixedSettings(caller),
    ...(endpoint !== undefined && { endpoint }),
    retryStrategy: new TimedRetries(maxAttempts, lastAttemptAfterMs, now),
    requestHandler: new SocketHandler({
      maxSockets,
      timeoutMs: attemptTimeoutMs,
      maxResponseBytes,
      deadline: currentDeadline,
      now,
    }),
  };
}

/** Returns the settings of DynamoDB's client. */
export function tableSettings(options: ClientOptions = {}) {
  const caller = options.caller ?? callerFromEnvironment();
  return {
    ...clientSettings({ ...options, caller }),
    signer: new SignatureV4Signer('dynamodb', caller),
    // Would ask for the account's id, which the environment doesn't have.
    accountIdEndpointMode: 'disabled' as const,
    endpointDiscoveryEnabled: false,
  };
}

/**
 * Returns the settings of a client that sends each request once: after a timeout, a 5xx or a broken connection a
 * message may have arrived, also where the socket was an old one that the service was just closing, for it may have
 * read the request before.
 *
 * A push to a thousand connections is a thousand requests. So the middleware of an operation is put together once
 * (`cacheMiddleware`).
 */
export function postSettings({
  endpoint,
  maxSockets,
  timeoutMs,
  caller = callerFromEnvironment(),
  now = Date.now,
}: PostOptions) {
  return {
    ...fixedSettings(caller),
    endpoint,
    maxAttempts: 1,
    requestHandler: new SocketHandler({
      maxSockets,
      timeoutMs,
      maxResponseBytes: maxPostResponseBytes,
      now,
    }),
    cacheMiddleware: true,
    signer: new SignatureV4Signer('execute-api', caller),
  };
}

/** Settings that the SDK otherwise looks for in files of a home directory, which a function doesn't have. */
function fixedSettings({ region, ...credentials }: Caller) {
  return {
    region,
    credentials,
    retryMode: 'standard',
    defaultsMode: 'standard' as const,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    userAgentAppId: '',
    authSchemePreference: [],
  };
}

/**
 * Returns a client whose calls take a fifth less CPU. Each call copies the client's settings several times; V8 keeps
 * them in a hash table since the SDK has made one of them an accessor, and takes eight times as long to copy that as
 * what it keeps as an object. To what the settings say nothing changes.
 */
export function withFastSettings<Client extends { readonly config: object }>(client: Client): Client {
  toFastProperties(client.config);
  return client;
}

/**
 * The SDK's standard retries, for as long as a call may last: no attempt begins later. Each has its own timeout, but
 * the SDK has no limit for a call with all its attempts.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
class TimedRetries extends StandardRetryStrategy {
  readonly #lastAttemptAfterMs: number;
  readonly #now: () => number;
  /** By the token that the next attempt needs, when its call began. */
  readonly #begunAt = new WeakMap<StandardRetryToken, number>();

  constructor(maxAttempts: number, lastAttemptAfterMs: number, now: () => number) {
    super(maxAttempts);
    this.#lastAttemptAfterMs = lastAttemptAfterMs;
    this.#now = now;
  }

  override async acquireInitialRetryToken(scope: string): Promise<StandardRetryToken> {
    const token = await super.acquireInitialRetryToken(scope);
    this.#begunAt.set(token, this.#now());
    return token;
  }

  override async refreshRetryTokenForRetry(
    token: StandardRetryToken,
    error: RetryErrorInfo,
  ): Promise<StandardRetryToken> {
    const begunAt = this.#begunAt.get(token) ?? this.#now();
    const next = await super.refreshRetryTokenForRetry(token, error);
    const now = this.#now();
    if (now - begunAt > this.#lastAttemptAfterMs || now + next.getRetryDelay() >= currentDeadline())
      throw new Error('The call has no time for a retry.');
    this.#begunAt.set(next, begunAt);
    return next;
  }
}
