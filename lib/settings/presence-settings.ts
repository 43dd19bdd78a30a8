import { isWebhook } from './address-patterns.ts';
import { flag, type Setting, text, wholeNumber } from './setting.ts';

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
  presenceWebhook: {
    ...text('an https address, without a user name and a password', isWebhook),
    unset: 'none',
    doc: 'Where events of presence are posted, signed as Standard Webhooks says. `http://127.0.0.1:<port>` is for the local stack alone.',
    prop: ['presence', 'webhook'],
  },
} as const satisfies Record<string, Setting>;
