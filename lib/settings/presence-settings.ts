import * as v from 'valibot';
import { isEventBusArn, isWebhook } from './address-patterns.ts';
import { construct, flag, optIn, type Setting, text, wholeNumber } from './setting.ts';

const ownBus = 'own';

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
    onChange: 'The queue would be made, or deleted with the events that are in it.',
  },
  presenceEventBus: {
    ...text('own, or an event bus’s ARN', (value) => value === ownBus || isEventBusArn(value)),
    unset: 'none',
    doc: 'The event bus of EventBridge that receives events of presence: `own` for one that the stack makes.',
    prop: ['presence', 'eventBus'],
    propSchema: v.union(
      [v.literal(ownBus), construct('an event bus', 'eventBusArn')],
      'it must be own, or an event bus',
    ),
    onChange: 'Rules on the bus of before would get no events any more.',
  },
  presenceWebhook: {
    ...text('an https address, without a user name and a password', isWebhook),
    unset: 'none',
    doc: 'Where events of presence are posted, signed as Standard Webhooks says. `http://127.0.0.1:<port>` is for the local stack alone.',
    prop: ['presence', 'webhook'],
  },
  presenceWatch: {
    ...optIn,
    doc: 'Whether pages can watch who comes and who leaves, as far as a `watch` claim of their token names them. A connection that ends costs one read more; to watch costs two writes and one for each uid, and as many again when it ends.',
    prop: ['presence', 'watch'],
  },
  claimedWatch: {
    ...optIn,
    doc: 'With `identity=claimed` and `presenceWatch`, whether any page may watch any uid. With tokens it takes a `watch` claim.',
    prop: ['presence', 'claimedWatch'],
  },
} as const satisfies Record<string, Setting>;
