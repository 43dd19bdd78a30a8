/** Exit codes of a command, for scripts. */
export const ExitCode = {
  done: 0,
  /**
   * The command succeeded with a negative result: no connection got it, is online or was closed; a check failed; a
   * budget does not hold.
   */
  negative: 1,
  /** It was not understood, or its arguments can't be used. */
  usage: 2,
  /** No result: the service can't be reached, refused, or did not do all of it; or the command itself failed. */
  failed: 3,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
