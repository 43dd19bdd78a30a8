import { Presets, SingleBar } from 'cli-progress';
import type { BroadcastStatus } from '../protocol/push-api.ts';
import { printNote } from '../terminal/output.ts';

/** Where a broadcast is shown while it runs. */
export type BroadcastProgress = {
  start(id: string): void;
  show(status: BroadcastStatus): void;
  stop(): void;
};

export const noProgress: BroadcastProgress = { start() {}, show() {}, stop() {} };

/** A bar on standard error. `expected`: connections that were there before; others may come and go. */
export function progressBar(expected: number): BroadcastProgress {
  const bar = new SingleBar(
    {
      format: '{bar} {percentage}% of {total} connections, {gone} gone, {failed} failed',
      stream: process.stderr,
      // Ctrl-C ends the command at once, so nothing of the terminal may need to be put back.
      gracefulExit: false,
      linewrap: true,
    },
    Presets.shades_classic,
  );
  return {
    start: (id) => {
      printNote(`Broadcast ${id}`);
      bar.start(expected, 0, { gone: 0, failed: 0 });
    },
    show: ({ state, delivered, gone, failed }) => {
      const tried = delivered + gone + failed;
      bar.setTotal(state !== 'running' ? tried : Math.max(expected, tried));
      bar.update(tried, { gone, failed });
    },
    stop: () => bar.stop(),
  };
}
