import { MAX_WATCHED_UIDS } from '../../protocol/limits.ts';
import { callHandler } from './call-handler.ts';
import { uidOf } from './credential.ts';
import type { Environment } from './environment.ts';
import { answerMs, isPassing, maxFrames, type WatchFrame, watchFrame } from './frames.ts';
import type { Connection, RawCredential } from './options.ts';
import type { Presence } from './presence.ts';
import type { SocketSession } from './socket-session.ts';

/** Below each epoch. */
const untold = -1;

/**
 * The users whom the page watches, whatever sockets it has. The socket in use is brought to what is wanted: one frame
 * is under way at a time, which has all of them. Its answer has their states, and so tells what was missed before it:
 *
 *     page     watch a ────────────────────────── a: online ─────────────────────────────────── a: offline
 *     socket        ── watch a →   ← watching: a, 1 ─┤ lost    next  ── watch a →   ← watching: a, 2
 *
 * Changes come by a socket that was replaced, too, while it lingers: so a replacement misses none. Of all that comes,
 * in any order, the page is shown what has a higher epoch than it was shown before.
 */
export class Watching {
  onpresence: Connection['onpresence'] = null;
  onwatchrefused: Connection['onwatchrefused'] = null;
  readonly #environment: Environment;
  readonly #session: () => SocketSession | undefined;
  /** The uids, and the highest epoch of each that the page was shown. */
  #wanted = new Map<string, number>();
  /** The last that registered. */
  #used: SocketSession | undefined;
  /** Those that it watches by the service's last answer; undefined when that is not known. */
  #watched: readonly string[] | undefined;
  /** Those of the frame that is under way. */
  #asked: readonly string[] | undefined;
  #frames = 0;
  #cancelTimer = () => {};

  /** `session`: returns the one in use, which is registered. */
  constructor(environment: Environment, session: () => SocketSession | undefined) {
    this.#environment = environment;
    this.#session = session;
  }

  watch(uids: readonly RawCredential[]): void {
    const texts = textsOf(uids);
    if (texts.size > MAX_WATCHED_UIDS) {
      throw new TypeError(`Found ${texts.size} uids: a page watches ${MAX_WATCHED_UIDS} at most.`);
    }
    this.#wanted = new Map(Array.from(texts, (uid) => [uid, this.#wanted.get(uid) ?? untold]));
    this.#frames = 0;
    this.#settle();
  }

  unwatch(uids: readonly RawCredential[]): void {
    const ended = textsOf(uids);
    this.watch([...this.#wanted.keys()].filter((uid) => !ended.has(uid)));
  }

  /** The session in use has registered, for the first time or anew. */
  use(session: SocketSession): void {
    this.#endFrame();
    this.#frames = 0;
    if (session !== this.#used) this.#watched = [];
    // With the registration, what it watched may have been lost.
    else if (this.#watched?.length !== 0) this.#watched = undefined;
    this.#used = session;
    this.#settle();
  }

  received(session: SocketSession, frame: WatchFrame): void {
    const isUsed = session === this.#session();
    switch (frame.type) {
      case 'presence':
        this.#show([frame], session);
        break;
      case 'watching':
        if (isUsed) this.#answered(frame.users.map(({ uid }) => uid));
        this.#show(frame.users, session);
        break;
      case 'refused':
        if (!isUsed || !this.#asked) break;
        // `retryAfter` says when to ask again; the timer does so after the others that pass.
        if (frame.retryAfter) this.#askAgainAfter(frame.retryAfter * 1_000);
        else if (!isPassing(frame.code)) this.#refused(this.#asked, frame);
        break;
    }
  }

  /** Every socket is closed. */
  drop(): void {
    this.#endFrame();
  }

  /** `uids`: all that the socket watches. */
  #answered(uids: readonly string[]): void {
    // It is late, or a fresh token does not name all of them: the answer to the frame that is under way says more.
    if (this.#asked && !isSame(this.#asked, uids)) return;
    this.#endFrame();
    this.#frames = 0;
    this.#watched = uids;
    this.#settle();
  }

  /** Ends the one user that the token does not name, or all; but not those who are wanted since it was sent. */
  #refused(asked: readonly string[], { code, message, uid }: Extract<WatchFrame, { type: 'refused' }>): void {
    this.#endFrame();
    // Who may watch nobody watches nobody.
    if (asked.length === 0) this.#watched = asked;
    const wanted = [...this.#wanted.keys()];
    const isAll = uid === undefined && isSame(asked, wanted);
    const uids = wanted.filter((one) => isAll || one === uid);
    for (const one of uids) this.#wanted.delete(one);
    if (uids.length > 0) this.#frames = 0;
    this.#settle();
    if (uids.length === 0) return;
    callHandler(this.onwatchrefused, { uids, code, message }, this.#environment.reportError);
  }

  #settle(): void {
    const session = this.#session();
    const uids = [...this.#wanted.keys()];
    if (!session || this.#asked || this.#frames >= maxFrames) return;
    if (this.#watched && isSame(this.#watched, uids)) return;
    this.#frames += 1;
    this.#asked = uids;
    this.#askAgainAfter(answerMs);
    session.send(watchFrame(uids));
  }

  /** Unless the answer comes first. Pages that wait for the same moment don't ask at once. */
  #askAgainAfter(milliseconds: number): void {
    const { clock, random } = this.#environment;
    this.#cancelTimer();
    this.#cancelTimer = clock.after(milliseconds + answerMs * random(), () => {
      this.#asked = this.#watched = undefined;
      this.#settle();
    });
  }

  #endFrame(): void {
    this.#cancelTimer();
    this.#asked = undefined;
  }

  /** Comes last: the page's handler may do anything. */
  #show(users: readonly Presence[], session: SocketSession): void {
    for (const { uid, online, epoch, at } of users) {
      const shown = this.#wanted.get(uid);
      if (session.isClosed || shown === undefined || epoch <= shown) continue;
      this.#wanted.set(uid, epoch);
      const presence: Presence = { uid, online, epoch, ...(at !== undefined && { at }) };
      callHandler(this.onpresence, presence, this.#environment.reportError);
    }
  }
}

function textsOf(uids: readonly RawCredential[]): Set<string> {
  if (!Array.isArray(uids)) throw new TypeError('Found no array of uids.');
  return new Set(
    uids.map((uid: unknown, place) => {
      const text = uidOf(uid);
      if (text === undefined)
        throw new TypeError(`Found what is not a uid at place ${place}, counted from 0.`);
      return text;
    }),
  );
}

/** Whether both have the same uids, in any order; neither has one twice. */
function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((uid) => others.includes(uid));
}
