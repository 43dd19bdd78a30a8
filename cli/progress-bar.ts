import { Presets, SingleBar } from 'cli-progress';
import type { BroadcastStatus } from '../protocol/answers/broadcasts.ts';
import type { MulticastStatus } from '../protocol/answers/multicast.ts';
import { printNote } from '../terminal/output.ts';

/** Where a broadcast is shown while it runs. */
export type BroadcastProgress = {
  start(id: string): void;
  show(status: BroadcastStatus): void;
  stop(): void;
};

export const noProgress: BroadcastProgress = { start() {}, show() {}, stop() {} };

/** A bar on standard error. `expected`: connections that were there before; others may come and go. */
export function broadcastBar(expected: number): BroadcastProgress {
  const bar = barOf('{bar} {percentage}% of {total} connections, {gone} gone, {failed} failed');
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

/** A bar on standard error, from the first status that it is shown. */
export function multicastBar(): { show(status: MulticastStatus): void; stop(): void } {
  const bar = barOf('{bar} {percentage}% of {total} uids, {delivered} delivered');
  return {
    show: ({ multicast, uids, done, delivered }) => {
      if (!bar.isActive) {
        printNote(`Multicast ${multicast}`);
        bar.start(uids, 0, { delivered: 0 });
      }
      bar.update(done, { delivered });
    },
    stop: () => bar.stop(),
  };
}

function barOf(format: string): SingleBar {
  return new SingleBar(
    {
      format,
      stream: process.stderr,
      // Ctrl-C ends the command at once, so nothing of the terminal may need to be put back.
      gracefulExit: false,
      linewrap: true,
    },
    Presets.shades_classic,
  );
}
