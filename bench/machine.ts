import { availableParallelism, cpus, totalmem } from 'node:os';

/** Where something was measured. */
export type Machine = { cpu: string; cores: number; memoryGb: number; node: string };

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}
