import { whenStarterEnds } from './starter.ts';

/**
 * npm passes on what a terminal has sent to the whole process group already, so within this time a second signal is the
 * same one.
 */
const sameSignalMs = 1_000;

/**
 * Aborted when the process is asked to end: by Ctrl-C, by the end of its terminal, by `kill`, or by the end of the npm
 * that runs it. A later signal ends the process at once.
 */
export function stopSignal(): AbortSignal {
  const stopped = new AbortController();
  let stoppedAt = Number.POSITIVE_INFINITY;
  const stop = () => {
    if (stopped.signal.aborted) return;
    stoppedAt = performance.now();
    stopped.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const received = () => {
      if (performance.now() - stoppedAt > sameSignalMs) {
        process.off(signal, received);
        process.kill(process.pid, signal);
      }
      stop();
    };
    process.on(signal, received);
  }
  whenStarterEnds(process.env, stop);
  return stopped.signal;
}
