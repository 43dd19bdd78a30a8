import { backoff } from './backoff.ts';
import { callHandler } from './call-handler.ts';
import { askCredential, type Credential } from './credential.ts';
import type { Environment } from './environment.ts';
import type { Registration } from './frames.ts';
import { Groups } from './groups.ts';
import type { HandlerQueue } from './handler-queue.ts';
import type { Inbox } from './inbox.ts';
import { Inboxes } from './inboxes.ts';
import { KeptToken } from './kept-token.ts';
import type { Connection, Status } from './options.ts';
import { lingerTime, replacementDelay } from './replacement.ts';
import type { SessionEnd } from './session-events.ts';
import { type Attempt, connecting, openStatus, type SessionInUse } from './session-in-use.ts';
import type { Settings } from './settings.ts';
import { sleepProofTimer } from './sleep-proof-timer.ts';
import { SocketSession } from './socket-session.ts';
import { TroubleReason } from './trouble.ts';
import { WakeUps } from './wake-ups.ts';
import { Watching } from './watching.ts';

/** After a connection that was registered for this long, failures are counted from 0 again. */
const steadyMs = 5_000;
/** When a page becomes visible, a connection that was silent for this long is tested. */
const unseenSilenceMs = 10_000;

/**
 * The policy: when to connect, when to replace, when to stop. An attempt asks for a credential (`#ask`), opens a
 * session (`#open`) and puts it in use once it is registered (`#use`); when one of these fails, or the session is lost,
 * the next attempt follows (`#retryLater`). At any time there is at most one session in use, one attempt at the next
 * one, and one session that was replaced and lingers for the messages that are on their way to it.
 *
 *     in use     ──── A registered ──────────────────┬───── B registered ────
 *     attempt                     B asks, B opens ───┘
 *     lingering                                      └─ A ─┤ closed
 */
export class LastingConnection {
  onstatus: Connection['onstatus'] = null;
  readonly groups: Groups;
  readonly watching: Watching;
  readonly #inboxes: Inboxes;
  readonly #environment: Environment;
  readonly #settings: Settings;
  readonly #keptToken: KeptToken;
  readonly #wakeUps: WakeUps;
  #status = connecting;
  /** In a row. */
  #failures = 0;
  #used: SessionInUse | undefined;
  #attempt: Attempt | undefined;
  #lingering: SocketSession | undefined;
  /** The network was away: the connection in use is replaced beside its test, unless it passes that first. */
  #isInDoubt = false;

  constructor(environment: Environment, settings: Settings) {
    this.#environment = environment;
    this.#settings = settings;
    this.#keptToken = new KeptToken(environment.clock);
    this.#wakeUps = new WakeUps(environment, {
      offline: () => this.#used?.session.test(0),
      online: () => this.#online(),
      visible: () => this.#used?.session.test(unseenSilenceMs),
      wakeable: () => this.#attempt ?? (this.#isInDoubt ? 'doubt' : undefined),
      postponed: () => this.#postponed(),
      begin: () => this.#askAnew(),
    });
    const session = () => this.#used?.session;
    this.#inboxes = new Inboxes(environment, settings, session);
    this.groups = new Groups(environment, session);
    this.watching = new Watching(environment, session);
    this.#start();
  }

  get status(): Status {
    return this.#status;
  }

  get handlers(): HandlerQueue {
    return this.#inboxes.handlers;
  }

  get connectionId(): string | undefined {
    return this.#used?.connectionId;
  }

  reconnect(): void {
    if (this.#status.state === 'closed' && this.#status.reason === 'close-called') return;
    this.#drop();
    this.#keptToken.forget();
    this.#inboxes.forgetWaiting();
    this.#start();
  }

  close(): void {
    this.handlers.close();
    this.groups.close();
    this.#stop({ state: 'closed', reason: 'close-called' });
  }

  #start(): void {
    this.#wakeUps.listen();
    this.#askAnew();
  }

  #askAnew(): void {
    this.#failures = 0;
    this.#ask();
  }

  #ask(): void {
    this.#attempt?.cancel();
    const { clock } = this.#environment;
    const { credential, identity } = this.#settings;
    const kept = this.#keptToken.get();
    const ask = kept ? () => kept.text : credential;
    const cancel = askCredential(ask, identity, clock, (answer) => {
      if ('credential' in answer) this.#register(answer.credential);
      else this.#retryLater(TroubleReason.credentialFailed, answer.failed);
    });
    this.#attempt = { status: connecting, since: clock.elapsed(), cancel };
    this.#update();
  }

  /** On the socket in use, if it lost its registration and the credential is of the same uid; else on a new one. */
  #register(credential: Credential): void {
    const used = this.#used;
    if (used?.isUnregistered && credential.uid === used.status.uid) {
      this.#attempt = undefined;
      used.session.register(credential.text, used.inbox.since);
    } else this.#open(credential);
  }

  #open(credential: Credential): void {
    const { text, uid } = credential;
    const { clock } = this.#environment;
    this.#keptToken.keep(credential);
    const receiver = this.#inboxes.receiver(uid, () => session);
    const options = { ...this.#settings, credential: text, since: receiver.since };
    let session: SocketSession;
    try {
      session = new SocketSession(options, this.#environment, {
        ...receiver.events,
        registered: (registration, since) => {
          this.#use(session, receiver.registered(registration.uid), registration, since);
        },
        unregistered: () => this.#unregistered(session),
        group: (frame) => this.groups.received(session, frame),
        watch: (frame) => this.watching.received(session, frame),
        passed: () => this.#passed(),
        ended: (end) => this.#ended(session, end),
      });
      this.#attempt = { status: connecting, since: clock.elapsed(), cancel: () => session.close() };
    } catch (error) {
      this.#retryLater(TroubleReason.unreachable, error);
    }
  }

  #use(session: SocketSession, inbox: Inbox, registration: Registration, since: number | undefined): void {
    const { clock, random } = this.#environment;
    const replaced = this.#used;
    const status = openStatus(replaced, registration.uid);
    this.#isInDoubt = false;
    replaced?.inbox.rest();
    replaced?.cancelReplacement();
    if (replaced?.session !== session) {
      this.#lingering = replaced?.session;
      if (replaced?.status.uid === registration.uid) this.#lingering?.closeIn(lingerTime(registration));
      else this.#lingering?.close();
    } else this.#attempt?.cancel();
    this.#attempt = undefined;
    this.#keptToken.forget();
    this.#used = {
      session,
      inbox,
      status,
      connectionId: registration.connectionId,
      since: clock.elapsed(),
      isUnregistered: false,
      cancelReplacement: sleepProofTimer(clock, replacementDelay(registration, random), () => {
        this.#isInDoubt = false;
        this.#askAnew();
      }),
    };
    this.watching.use(session);
    this.#update();
    if (this.#used?.session !== session) return;
    inbox.registered(registration.latest, since);
    // `register` was sent without `since`: messages from before it was registered were put aside, and are sent again.
    if (since === undefined && registration.latest !== undefined) session.replay(inbox.since);
    this.groups.use(session, status === replaced?.status);
  }

  /** Registers again, after a pause where that was lost at once; unless the next session is on its way. */
  #unregistered(session: SocketSession): void {
    const used = this.#used;
    if (session !== used?.session) return;
    used.isUnregistered = true;
    if (this.#attempt) return;
    if (this.#environment.clock.elapsed() - used.since >= steadyMs) this.#ask();
    else this.#retryLater(TroubleReason.notRegistered);
  }

  #ended(session: SocketSession, end: SessionEnd): void {
    if (session === this.#lingering) return;
    // With single sessions our own replacement, registered but not answered yet, takes the place of the one in use.
    const isReplaced = end.type === 'refused' && end.code === 'replaced' && session === this.#used?.session;
    if (isReplaced && this.#attempt) {
      this.#lost(this.#used as SessionInUse, TroubleReason.connectionLost);
    } else if (end.type === 'refused') {
      this.#stop({ state: 'closed', reason: 'refused', code: end.code, message: end.message });
      this.#tell();
    } else if (session === this.#used?.session) {
      this.#lost(this.#used, end.reason, end.cause);
    } else {
      // As `token-expired`: the same one would be refused again.
      if (end.reason.startsWith('token-')) this.#keptToken.forget();
      this.#retryLater(end.reason, end.cause);
    }
  }

  #lost({ inbox, since, cancelReplacement }: SessionInUse, reason: TroubleReason, cause?: unknown): void {
    inbox.rest();
    cancelReplacement();
    this.#used = undefined;
    this.#isInDoubt = false;
    if (this.#attempt) {
      this.#update();
      return;
    }
    if (this.#environment.clock.elapsed() - since >= steadyMs) this.#failures = 0;
    // Pages find out that a connection is dead each in its own time: there is no crowd to spread.
    if (reason === TroubleReason.noAnswer) this.#ask();
    else this.#retryLater(reason, cause);
  }

  #retryLater(reason: TroubleReason, cause?: unknown): void {
    const { clock, random } = this.#environment;
    const { left } = this.#wakeUps;
    const delay = left ?? backoff(this.#failures, random);
    this.#failures += 1;
    const status: Status = { state: 'waiting', reason, retryAt: clock.now() + delay };
    if (cause !== undefined) status.cause = cause;
    const cancel = left === undefined ? clock.after(delay, () => this.#ask()) : () => {};
    this.#attempt = { status, since: clock.elapsed(), cancel };
    this.#update();
  }

  /** A socket may not survive a time without network, or the move to another one; a dead one does not say so. */
  #online(): void {
    this.#used?.session.test(0);
    if (this.#used && !this.#attempt) this.#isInDoubt = true;
  }

  /** A wake-up came too early. What waits for its time waits for that of the wake-up instead. */
  #postponed(): void {
    const status = this.#attempt?.status;
    if (status?.state !== 'waiting') return;
    this.#attempt?.cancel();
    this.#retryLater(status.reason, status.cause);
  }

  #passed(): void {
    if (!this.#isInDoubt) return;
    this.#isInDoubt = false;
    this.#attempt?.cancel();
    this.#attempt = undefined;
  }

  /** Comes last wherever it is called: the page's handler may close the connection. */
  #update(): void {
    const status = this.#used?.status ?? this.#attempt?.status;
    if (!status || status === this.#status) return;
    this.#status = status;
    this.#tell();
  }

  #tell(): void {
    callHandler(this.onstatus, this.#status, this.#environment.reportError);
  }

  #stop(status: Status): void {
    if (this.#status.state === 'closed') return;
    this.#status = status;
    this.#drop();
  }

  /** Ends every socket, timer and listener. */
  #drop(): void {
    this.#wakeUps.stop();
    this.groups.drop();
    this.watching.drop();
    this.#attempt?.cancel();
    this.#used?.cancelReplacement();
    this.#used?.inbox.rest();
    this.#used?.session.close();
    this.#lingering?.close();
    this.#attempt = this.#used = this.#lingering = undefined;
    this.#isInDoubt = false;
  }
}
