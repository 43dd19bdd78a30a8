import type { Figure } from './figure.ts';
import type { Machine } from './machine.ts';
import type { Scale } from './section.ts';
import type { Verdict } from './verdict.ts';

export type SectionResult = {
  section: string;
  seconds: number;
  /** Other load of the machine: the system's load average of the minute before, in busy cores. */
  loadBefore: number;
  figures: Figure[];
  verdicts: Verdict[];
};

/** A run, as it is kept. */
export type Results = { measuredAt: string; scale: Scale; machine: Machine; sections: SectionResult[] };
