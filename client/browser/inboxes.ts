import type { Environment } from './environment.ts';
import { HandlerQueue } from './handler-queue.ts';
import { Inbox } from './inbox.ts';
import { LastSeen } from './last-seen.ts';
import { isNumbered } from './message-order.ts';
import type { SessionEvents } from './session-events.ts';
import type { Settings } from './settings.ts';
import type { SocketSession } from './socket-session.ts';

/** What a session does with what it receives for its uid. `since`: for its registration, where the uid is known. */
type Receiver = {
  since: number | undefined;
  registered(uid: string): Inbox;
  events: Pick<SessionEvents, 'latest' | 'message' | 'replayed' | 'heartbeatSince'>;
};

/** The inbox of each uid that this page has been, before the handlers that they share. */
export class Inboxes {
  readonly handlers: HandlerQueue;
  readonly #environment: Environment;
  readonly #settings: Settings;
  readonly #session: () => SocketSession | undefined;
  readonly #inboxes = new Map<string, Inbox>();
  /** The last that was registered. */
  #uid: string | undefined;

  /** `session`: returns the one in use. */
  constructor(environment: Environment, settings: Settings, session: () => SocketSession | undefined) {
    this.#environment = environment;
    this.#settings = settings;
    this.#session = session;
    this.handlers = new HandlerQueue(environment, () => {
      for (const inbox of this.#inboxes.values()) inbox.resume();
    });
  }

  /** `uid`: the one that `session` will have, where that is known before it has registered. */
  receiver(uid: string | undefined, session: () => SocketSession): Receiver {
    let inbox = uid === undefined ? undefined : this.#of(uid);
    return {
      since: inbox?.since,
      registered: (registered) => {
        inbox = this.#use(registered, session());
        return inbox;
      },
      events: {
        latest: (latest) => inbox?.expect(latest),
        message: (message) => {
          if (isNumbered(message)) return inbox?.receive(message) ?? false;
          this.handlers.addLive(message, session());
          return true;
        },
        replayed: (replayed, since) => inbox?.replayed(replayed, since),
        heartbeatSince: () => (inbox?.isUsed && !this.handlers.isFull ? inbox.since : undefined),
      },
    };
  }

  /** Nothing that waits for a handler is for the user who comes now. */
  forgetWaiting(): void {
    this.handlers.clear();
    for (const inbox of this.#inboxes.values()) inbox.rewind();
  }

  #of(uid: string): Inbox {
    const known = this.#inboxes.get(uid);
    if (known) return known;
    const { url, storage, acknowledge, device } = this.#settings;
    const { clock, tab, storage: shared } = this.#environment;
    // A page that brings a storage may have several, each to be remembered in alone.
    const own = storage === shared ? tab.storage : storage;
    const lastSeen = new LastSeen(storage, own, url, uid, device, () => clock.now());
    const inbox = new Inbox(lastSeen, clock, this.handlers, acknowledge, this.#session);
    this.#inboxes.set(uid, inbox);
    return inbox;
  }

  /** The page is this uid now, by `session`: what was sent to another user is not for this one to see. */
  #use(uid: string, session: SocketSession): Inbox {
    const inbox = this.#of(uid);
    if (uid !== this.#uid) this.handlers.keepOnly([session, inbox]);
    this.#uid = uid;
    for (const other of this.#inboxes.values()) if (other !== inbox) other.rewind();
    return inbox;
  }
}
