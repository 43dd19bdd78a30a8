import { hostAndPort } from './host-and-port.ts';

/** The options of `start` that name a port. */
export type PortOption = 'webSocketPort' | 'textPort' | 'httpPort';

/** A port could not be had. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly option: PortOption;

  constructor(option: PortOption, message: string, cause: unknown) {
    super(message, { cause });
    this.option = option;
  }
}

/** Turns Node's error of a port that can't be had into a `ListenError`, and throws others as they are. */
export function listenError(
  option: PortOption,
  { host, [option]: port }: { host: string } & Record<PortOption, number>,
): (error: unknown) => never {
  return (error) => {
    if (!isListenError(error)) throw error;
    const where = `cannot listen on ${hostAndPort(host, port)}`;
    const message = error.code === 'EADDRINUSE' ? `port ${port} is in use` : `${where}: ${error.code}`;
    throw new ListenError(option, message, error);
  };
}

function isListenError(error: unknown): error is NodeJS.ErrnoException {
  // A host whose name can't be looked up fails before `listen` is called.
  const syscalls: unknown[] = ['listen', 'getaddrinfo'];
  return error instanceof Error && 'syscall' in error && syscalls.includes(error.syscall);
}
