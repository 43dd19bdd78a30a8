/**
 * There is no response: the connection was refused or has broken. Whether the request was done is not known.
 * `$retryable`: the SDK's strategy may send the request again, whatever the cause.
 */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly $retryable = {};
}

/**
 * There was no whole response in time. Whether the request was done is not known. The SDK knows this name as that of an
 * error to retry.
 */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** The response is longer than any that the service may send. */
export class BadResponseError extends Error {
  override readonly name = 'BadResponseError';
}
