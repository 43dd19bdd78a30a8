import type { IEventBus } from 'aws-cdk-lib/aws-events';

/** Options of `UidPushProps.presence`. */
export type PresenceOptions = {
  /**
   * Whether events go to a FIFO queue that is made here, `Presence.eventQueue`.
   *
   * @default false
   */
  readonly queue?: boolean;
  /**
   * An event bus of EventBridge for the events, in this region: `'own'` for one that is made here, `Presence.eventBus`,
   * or one of yours.
   *
   * @default - none
   */
  readonly eventBus?: 'own' | IEventBus;
  /**
   * An https address to which events are posted, signed with a secret that is made here, `Presence.webhookSecret`.
   *
   * @default - none
   */
  readonly webhook?: string;
  /**
   * How many seconds a uid must have had no connection before it is offline: 1 to 600. A page that is loaded anew, or
   * whose network comes and goes, is back by then.
   *
   * @default 15
   */
  readonly graceSeconds?: number;
  /**
   * Whether pages can watch who comes and who leaves: those that the `watch` claim of their token names.
   *
   * @default false
   */
  readonly watch?: boolean;
  /**
   * With `Identity.claimed`, whether any page may watch any uid.
   *
   * @default false
   */
  readonly claimedWatch?: boolean;
};
