import type { GroupFrame, Registration, Replayed, WatchFrame } from './frames.ts';
import type { Message } from './options.ts';
import type { Settings } from './settings.ts';
import type { TroubleReason } from './trouble.ts';

export type SessionOptions = Omit<Settings, 'credential' | 'storage' | 'acknowledge'> & {
  credential: string;
  /** The last stored message that is here. Without it, the service sends none of those before. */
  since: number | undefined;
};

export type SessionEnd =
  | { type: 'refused'; code: string; message: string }
  | { type: 'trouble'; reason: TroubleReason; cause?: unknown };

export type SessionEvents = {
  /** Once, and after each `register`. `since`: as it was sent. */
  registered(registration: Registration, since: number | undefined): void;
  /** The service has lost the registration: no push reaches this socket, until it registers again. */
  unregistered(): void;
  /** The highest number of a stored message, now and then. */
  latest(latest: number): void;
  /**
   * In the order in which the socket received them; also before `registered`, which may be the slower one. Returns
   * false when there was no room for a stored message.
   */
  message(message: Message): boolean;
  /** The answer to `since` and to each `replay`, after its messages. `since`: as it was sent. */
  replayed(replayed: Replayed, since: number): void;
  /** The answer to a `join` or a `leave`. */
  group(frame: GroupFrame): void;
  /** The answer to a `watch`, or a change of a user. */
  watch(frame: WatchFrame): void;
  /** Returns what a test of the connection may ask a replay for, instead of a ping. */
  heartbeatSince(): number | undefined;
  /** A test was passed: the connection lives. */
  passed(): void;
  /** Once and last; never after `close` was called. */
  ended(end: SessionEnd): void;
};
