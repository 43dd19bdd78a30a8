import type { FunctionRequest } from './function-activity.ts';
import type { FunctionError } from './function-outcome.ts';

/** Messages between a sandbox and the worker thread that is its inside. */

/** Given to the thread at its start. */
export type SandboxData = {
  assetDirectory: string;
  /** `<module>.<export>` */
  handler: string;
  /** The part of the handler's context that stays the same. */
  context: FunctionContext;
  /** Whether the thread reports each request that the function makes. */
  tellsRequests: boolean;
};

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
export type FunctionContext = {
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  /** In MB, as text. */
  memoryLimitInMB: string;
  logGroupName: string;
};

/** One event, as JSON. */
export type EventMessage = { event: string; requestId: string; timeoutMs: number };

/**
 * The first reply says that the function is loaded, and its answer is empty. The others answer an event each, with
 * JSON.
 */
export type SandboxReply = { answer: string } | FunctionError;

/** Comes before the reply to the event that the request was made for. */
export type RequestMessage = { request: FunctionRequest };
