import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Verdict } from './verdicts.ts';

export type Memory = { heapMb: number; rssMb: number };

const mb = 1_024 * 1_024;

/** Memory of JavaScript objects and of the process, after all garbage is collected. */
export function memoryNow(): Memory {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapMb: heapUsed / mb, rssMb: rss / mb };
}

/** Sockets and objects of the same load differ by a few megabytes from one moment to the next. */
const maxHeapGrowthMb = 16;
/**
 * The process has the functions' threads, each with a heap that grows to its limit before it is collected, and the
 * tables with all stored messages.
 */
const maxRssGrowthMb = 400;

export function memoryVerdict(before: Memory, after: Memory): Verdict {
  const heapMb = after.heapMb - before.heapMb;
  const rssMb = after.rssMb - before.rssMb;
  return {
    what: `memory grows by no more than ${maxHeapGrowthMb} MB of heap and ${maxRssGrowthMb} MB of the process`,
    holds: heapMb <= maxHeapGrowthMb && rssMb <= maxRssGrowthMb,
    numbers: `heap ${before.heapMb.toFixed(1)} → ${after.heapMb.toFixed(1)} MB, process ${before.rssMb.toFixed(0)} → ${after.rssMb.toFixed(0)} MB`,
  };
}

/** The kinds of handles and requests that keep the process alive, with how many there are more than `before`. */
export function newResources(before: readonly string[], after: readonly string[]): string[] {
  const left = [...after];
  for (const kind of before) {
    const index = left.indexOf(kind);
    if (index !== -1) left.splice(index, 1);
  }
  return left;
}

export function resourceVerdict(left: readonly string[]): Verdict {
  return {
    what: 'no socket, timer or other handle is left after the end',
    holds: left.length === 0,
    numbers: left.length === 0 ? 'none' : left.join(', '),
  };
}

/** Warnings of Node about forgotten promises and leaked listeners. */
export class ProcessComplaints {
  readonly #complaints: string[] = [];
  readonly #onRejection = (reason: unknown) => this.#complaints.push(`unhandled: ${reason}`);
  readonly #onWarning = ({ name, message }: Error) => this.#complaints.push(`${name}: ${message}`);

  start(): void {
    process.on('unhandledRejection', this.#onRejection).on('warning', this.#onWarning);
  }

  stop(): Verdict {
    process.off('unhandledRejection', this.#onRejection).off('warning', this.#onWarning);
    return complaintVerdict(this.#complaints);
  }
}

export function complaintVerdict(complaints: readonly string[]): Verdict {
  return {
    what: 'no unhandled rejection, no warning of too many listeners',
    holds: complaints.length === 0,
    numbers: complaints.length === 0 ? 'none' : complaints.join('; '),
  };
}
