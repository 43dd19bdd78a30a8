/** A service of AWS has refused a request, or could not do it. */
export class ServiceError extends Error {
  /** The service's own name of the error, such as `ResourceNotFoundException`: it tells in the log what happened. */
  override readonly name: string;
  readonly status: number;

  constructor(operation: string, code: string, status: number) {
    super(`${operation} was answered ${status} ${code}.`);
    this.name = code;
    this.status = status;
  }

  get code(): string {
    return this.name;
  }
}

/** There is no answer: the connection was refused or has broken. Whether the request was done is not known. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** There was no whole answer in time. Whether the request was done is not known. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** The answer is too long, or not what the protocol says. */
export class BadAnswerError extends Error {
  override readonly name = 'BadAnswerError';
}
