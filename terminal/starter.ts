/** Set by the scripts of package.json to the process id of npm, whose child they become. */
const starterVariable = 'UIDPUSH_STARTED_BY';

/** A process has no event for the end of its parent. */
const lookEveryMs = 500;

/**
 * Calls back once when the npm or npx that runs this process has ended. It passes SIGTERM and SIGINT on to its shell,
 * which does not pass them to us, and no other signal at all. A process that is started otherwise, as one in the
 * background of a script, lasts longer than its parent.
 */
export function whenStarterEnds(environment: NodeJS.ProcessEnv, callback: () => void): void {
  const starter = starterIn(environment);
  if (starter === undefined) return;
  const timer = setInterval(() => {
    if (process.ppid === starter) return;
    clearInterval(timer);
    callback();
  }, lookEveryMs);
  timer.unref();
}

function starterIn({ [starterVariable]: pid, npm_lifecycle_event }: NodeJS.ProcessEnv): number | undefined {
  if (pid !== undefined) return Number(pid);
  return npm_lifecycle_event === 'npx' ? process.ppid : undefined;
}
