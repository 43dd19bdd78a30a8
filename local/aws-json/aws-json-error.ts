/** Answer of a service to a request that it can't serve. */
export class AwsJsonError extends Error {
  override readonly name = 'AwsJsonError';
  /** The shape's name in the service's model, by which the SDK makes its exception: `ResourceNotFoundException`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
