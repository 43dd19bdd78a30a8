import { type BenchProcess, withProcess } from '../process.ts';
import type { Traffic } from './traffic-counter.ts';

export type AwsStubOptions = {
  /** @default 0: answers come at once */
  latencyMs?: number;
  /** The share of posts that is answered 429. @default 0 */
  throttledShare?: number;
  /** Registered connections, for broadcasts. @default 0 */
  broadcastConnections?: number;
};

/** Runs the stub of AWS's services for as long as `use` takes. */
export function withAwsStub<Result>(
  { latencyMs = 0, throttledShare = 0, broadcastConnections = 0 }: AwsStubOptions,
  use: (environment: Record<string, string>, stub: BenchProcess<object, Traffic>) => Promise<Result>,
): Promise<Result> {
  const env = {
    LATENCY_MS: String(latencyMs),
    THROTTLED_SHARE: String(throttledShare),
    BROADCAST_CONNECTIONS: String(broadcastConnections),
  };
  return withProcess<{ url: string }, object, Traffic, Result>(
    new URL('aws-stub.ts', import.meta.url),
    { env },
    ({ url }, stub) => use(stubEnvironment(url), stub),
  );
}

/** Variables by which functions find the stub. */
function stubEnvironment(url: string): Record<string, string> {
  return {
    CONNECTIONS_URL: `${url}/live`,
    AWS_ENDPOINT_URL_DYNAMODB: url,
    AWS_ENDPOINT_URL_SQS: url,
  };
}
