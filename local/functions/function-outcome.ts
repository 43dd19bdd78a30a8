/** The error of one invocation, as the Lambda `Invoke` API returns it. */
export type FunctionError = { errorType: string; errorMessage: string };

/** Outcome of one invocation: the handler's answer, or its error. */
export type FunctionOutcome = { payload: unknown } | FunctionError;

/** Calls a function with an event, as a service of AWS would: synchronously, one answer. */
export type Invoke = (event: unknown) => Promise<FunctionOutcome>;
