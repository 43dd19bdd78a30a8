import { flag, type Setting, wholeNumber } from './setting.ts';

/** Settings of presence: who comes online and who leaves. */
export const presenceSettings = {
  presence: {
    ...flag,
    default: false,
    doc: 'Whether it is told who comes online and who leaves.',
  },
  presenceGraceSeconds: {
    // SQS delays a message by up to 15 minutes.
    ...wholeNumber(1, 600),
    unit: 'seconds',
    default: 15,
    doc: 'How long a uid must have had no connection before it is offline.',
    prop: ['presence', 'graceSeconds'],
  },
  presenceQueue: {
    ...flag,
    default: false,
    doc: 'Whether events of presence go to a FIFO queue that the stack makes.',
    prop: ['presence', 'queue'],
  },
} as const satisfies Record<string, Setting>;
