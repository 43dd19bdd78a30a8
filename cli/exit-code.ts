/** What scripts learn from the end of a command. */
export const ExitCode = {
  done: 0,
  /** The command went well, but there was nobody: nobody got it, is online or was disconnected. */
  nobody: 1,
  usage: 2,
  /** No result: the service can't be reached, refused, or did not do all of it. */
  trouble: 3,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
