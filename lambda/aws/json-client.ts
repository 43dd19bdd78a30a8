import { setTimeout as sleep } from 'node:timers/promises';
import { type Caller, callerFromEnvironment } from './caller.ts';
import { type AwsService, endpointOf } from './endpoint.ts';
import { errorCodeOf } from './error-code.ts';
import { BadAnswerError, ConnectionError, ServiceError, TimeoutError } from './errors.ts';
import { type RetryPorts, retry, type Verdict } from './retry.ts';
import { type Answer, SignedRequests } from './signed-requests.ts';

/** A service that speaks AWS's JSON protocol. */
export type JsonService = AwsService & {
  /** The first part of the header `X-Amz-Target`: `DynamoDB_20120810`. */
  target: string;
  version: '1.0' | '1.1';
};

/** What a service can do: names of operations, each with what it takes and gives. */
export type Operations = Record<string, { input: object; output: object }>;

/** Calls to a service, however they are made. */
export type Calls<Of extends Operations> = Pick<JsonClient<Of>, 'call'>;

export type JsonClientOptions = {
  /** @default the function's own */
  caller?: Caller;
  /** @default where AWS, or the environment, has the service */
  endpoint?: URL;
  /** Requests under way at the same time; others wait for their turn. @default 50 */
  maxSockets?: number;
  /** Time and chance. @default the system's */
  ports?: RetryPorts;
};

/** An answer takes milliseconds; the wait for a socket is included. */
const attemptTimeoutMs = 4_000;

/** One call with all its attempts. Every function's timeout is longer, so that it can say what went wrong. */
const callTimeoutMs = 8_000;

/** The longest answer, a BatchGetItem's 16 MB, has room for its JSON here. */
const maxAnswerBytes = 32 * 1_024 * 1_024;

const system: RetryPorts = { now: Date.now, random: Math.random, sleep };

/**
 * Calls operations of one service, typed by `Of`. What an operation takes and gives is the JSON of the service's API, which is that of
 * the SDK's types but for times and bytes: these are not converted.
 * Source: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html, and aws-json-1_1-protocol.html beside it
 */
export class JsonClient<Of extends Operations> {
  readonly #service: JsonService;
  readonly #requests: SignedRequests;
  readonly #ports: RetryPorts;

  constructor(
    service: JsonService,
    { caller = callerFromEnvironment(), endpoint, maxSockets = 50, ports = system }: JsonClientOptions = {},
  ) {
    this.#service = service;
    this.#requests = new SignedRequests({
      endpoint: endpoint ?? endpointOf(service, caller.region),
      service: service.name,
      caller,
      maxSockets,
      maxAnswerBytes,
      now: ports.now,
    });
    this.#ports = ports;
  }

  /**
   * The output of an operation. Throws a `ServiceError` when the service refuses it, another error of `errors.ts` when there is no
   * answer. Like the SDKs, it tries every operation again after a throttle, a 5xx or a broken connection; so it may be done twice, and
   * the callers' operations must bear that.
   */
  async call<Name extends keyof Of & string>(
    name: Name,
    input: Of[Name]['input'],
  ): Promise<Of[Name]['output']> {
    const { target, version } = this.#service;
    const request = {
      method: 'POST',
      path: '/',
      headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': `${target}.${name}` },
      body: JSON.stringify(input),
    } as const;
    return retry(
      async (remainingMs) =>
        outputOf(name, await this.#requests.send(request, Math.min(attemptTimeoutMs, remainingMs))),
      verdictOn,
      this.#ports.now() + callTimeoutMs,
      this.#ports,
    );
  }

  /** Closes the sockets. */
  close(): void {
    this.#requests.close();
  }
}

function outputOf<Output>(operation: string, answer: Answer): Output {
  const { status, body } = answer;
  if (status !== 200) throw new ServiceError(operation, errorCodeOf(answer), status);
  const output = parsed(body);
  if (output === undefined) throw new BadAnswerError(`The answer to ${operation} is not JSON.`);
  return output as Output;
}

/** `undefined` when it is no object. */
function parsed(body: string): object | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Source, here and below: the lists of the SDK, https://github.com/smithy-lang/smithy-typescript `service-error-classification` */
const throttlingCodes = new Set([
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);
const transientCodes = new Set([
  'RequestTimeout',
  'RequestTimeoutException',
  'TransactionInProgressException',
]);
const transientStatuses = new Set([500, 502, 503, 504]);

function verdictOn(error: unknown): Verdict {
  if (error instanceof ConnectionError || error instanceof TimeoutError) return 'transient';
  if (!(error instanceof ServiceError)) return 'final';
  if (error.status === 429 || throttlingCodes.has(error.code)) return 'throttled';
  return transientStatuses.has(error.status) || transientCodes.has(error.code) ? 'transient' : 'final';
}
