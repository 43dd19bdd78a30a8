import { type GroupRefusalCode, groupProblem } from '../../protocol/group.ts';
import { MAX_GROUPS } from '../../protocol/limits.ts';
import { callHandler } from './call-handler.ts';
import type { Environment } from './environment.ts';
import { answerMs, type GroupFrame, groupFrame, isPassing, maxFrames } from './frames.ts';
import type { Connection, GroupState } from './options.ts';
import type { SocketSession } from './socket-session.ts';

/** Of a promise. */
const waitMs = 30_000;

const notInToken: GroupRefusalCode = 'group-not-in-token';
const tooMany: GroupRefusalCode = 'too-many-groups';

/** A group on one socket. `isIn`: what the service answered last, unless a frame is under way. */
type Place = { isIn: boolean | undefined; isAsked: boolean; frames: number; cancel(): void };

type Group = {
  isWanted: boolean;
  /** Those that are closed are taken out when they are met. */
  places: Map<SocketSession, Place>;
  waiting: Set<(state: GroupState) => void>;
  /** What the page's handler was called with last. */
  told: GroupState['state'] | undefined;
};

/**
 * The groups that the page wants to be in, and those that it is about to leave, whatever sockets it has. Each socket is
 * brought to what is wanted: of a group one frame is under way at a time, because frames of one connection may overtake
 * each other, and what its answer says decides whether another one follows.
 *
 *     page     join ──────────── leave ─────────────────────────────────── left
 *     socket        ── join →            ← joined   ── leave →   ← left
 *
 * The session in use joins. One that was replaced stays in while it lingers, and only leaves: so a group is left when
 * all sockets have left it.
 */
export class Groups {
  ongroup: Connection['ongroup'] = null;
  readonly #environment: Environment;
  readonly #session: () => SocketSession | undefined;
  readonly #groups = new Map<string, Group>();
  #isClosed = false;

  /** `session`: returns the one in use, which is registered. */
  constructor(environment: Environment, session: () => SocketSession | undefined) {
    this.#environment = environment;
    this.#session = session;
  }

  /** Resolves when the page is in the group, or out of it, as wanted; or when it is known that it won't be soon. */
  want(name: string, isWanted: boolean): Promise<GroupState> {
    const problem = groupProblem(name);
    if (problem) throw new TypeError(`Found ${problem}.`);
    return new Promise((resolve) => {
      const group = this.#groups.get(name) ?? aGroup();
      const others = [...this.#groups.values()].filter((other) => other !== group && other.isWanted);
      if (this.#isClosed) resolve({ state: 'left', group: name });
      else if (isWanted && others.length >= MAX_GROUPS)
        resolve(refused(name, tooMany, `a page joins ${MAX_GROUPS} groups at most`));
      else {
        this.#groups.set(name, group);
        group.isWanted = isWanted;
        for (const place of group.places.values()) place.frames = 0;
        const cancel = this.#environment.clock.after(waitMs, () => settle({ state: 'waiting', group: name }));
        const settle = (state: GroupState) => {
          cancel();
          group.waiting.delete(settle);
          resolve(state);
        };
        group.waiting.add(settle);
        this.#settle(name, group);
      }
    });
  }

  /** The session in use has registered, for the first time or anew. `isContinued`: no push was missed before. */
  use(session: SocketSession, isContinued: boolean): void {
    for (const [name, group] of this.#groups) {
      if (!isContinued) forgetPlaces(group);
      if (this.#session() === session) this.#settle(name, group);
    }
  }

  received(session: SocketSession, frame: GroupFrame): void {
    const { type, group: name = '' } = frame;
    const group = this.#groups.get(name);
    // Late: its function was slow, and what followed was not.
    if (!group && type === 'joined') session.send(groupFrame('leave', name));
    if (!group) return;
    this.#removeClosed(group);
    const place = placeOn(session, group);
    const { isIn } = place;
    // The same frame is sent again, later.
    if (type === 'refused' && isPassing(frame.code)) return;
    place.cancel();
    place.isAsked = false;
    // Who may not leave is in by a backend: whether by itself, too, is not known.
    place.isIn = type === 'joined' || (type === 'refused' && frame.action === 'leave' ? undefined : false);
    if (session === this.#session()) {
      if (type === 'refused' && (frame.action === 'join') === group.isWanted) {
        this.#end(name, group, refused(name, frame.code, frame.message));
        return;
      }
      if (type === 'left' && group.isWanted && isIn) {
        this.#end(name, group, refused(name, notInToken, 'a newer token names others'));
        return;
      }
    }
    this.#settle(name, group);
  }

  /** Every socket is closed. */
  drop(): void {
    for (const group of this.#groups.values()) forgetPlaces(group);
  }

  close(): void {
    this.#isClosed = true;
    this.drop();
    for (const [name, { waiting }] of this.#groups) {
      for (const settle of waiting) settle({ state: 'left', group: name });
    }
    this.#groups.clear();
  }

  #settle(name: string, group: Group): void {
    if (this.#groups.get(name) !== group) return;
    this.#removeClosed(group);
    const used = this.#session();
    if (used) placeOn(used, group);
    let isSettled = used !== undefined || !group.isWanted;
    for (const [session, place] of group.places) {
      if (place.isIn === group.isWanted || (group.isWanted && session !== used)) continue;
      isSettled = false;
      if (!place.isAsked) this.#ask(name, group, session, place);
    }
    if (!isSettled) return;
    if (group.isWanted) this.#tell(group, { state: 'joined', group: name });
    else this.#end(name, group, { state: 'left', group: name });
  }

  #ask(name: string, group: Group, session: SocketSession, place: Place): void {
    if (place.frames >= maxFrames) {
      // What is wanted is asked for on the next connection.
      if (!group.isWanted) this.#end(name, group, { state: 'waiting', group: name });
      return;
    }
    const { clock, random } = this.#environment;
    place.frames += 1;
    place.isAsked = true;
    place.isIn = undefined;
    place.cancel = clock.after(answerMs * (1 + random()), () => {
      place.isAsked = false;
      this.#settle(name, group);
    });
    session.send(groupFrame(group.isWanted ? 'join' : 'leave', name));
  }

  #end(name: string, group: Group, state: GroupState): void {
    this.#groups.delete(name);
    forgetPlaces(group);
    this.#tell(group, state);
  }

  /** Comes last: the page's handler may do anything. */
  #tell(group: Group, state: GroupState): void {
    for (const settle of group.waiting) settle(state);
    if (group.told === state.state || state.state === 'waiting') return;
    group.told = state.state;
    callHandler(this.ongroup, state, this.#environment.reportError);
  }

  #removeClosed(group: Group): void {
    for (const [session, place] of group.places) {
      if (session.isClosed) {
        place.cancel();
        group.places.delete(session);
      }
    }
    // No socket is in: pushes may be missed until one is.
    if (![...group.places.values()].some(({ isIn }) => isIn)) group.told = undefined;
  }
}

function aGroup(): Group {
  return { isWanted: false, places: new Map(), waiting: new Set(), told: undefined };
}

function placeOn(session: SocketSession, { places }: Group): Place {
  const place = places.get(session) ?? { isIn: undefined, isAsked: false, frames: 0, cancel() {} };
  places.set(session, place);
  return place;
}

function forgetPlaces(group: Group): void {
  for (const { cancel } of group.places.values()) cancel();
  group.places.clear();
  group.told = undefined;
}

function refused(group: string, code: string, message: string): GroupState {
  return { state: 'refused', group, code, message };
}
