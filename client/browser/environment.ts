import type { Clock as SystemClock } from '../../protocol/clock.ts';
import { elapsedTime } from './elapsed-time.ts';
import type { SeenStorage } from './last-seen.ts';
import { type Page, page } from './page-events.ts';
import { type Tab, tabOf } from './tab.ts';
import type { WebSocketConstructor } from './websocket.ts';

/** `now` may be wrong, and may be set: only for comparing with the service's times. */
export type Clock = Pick<SystemClock, 'now' | 'after'> & {
  /** Milliseconds since some moment, of which those count in which the computer slept. It can't be set. */
  elapsed(): number;
};

/** Dependencies of a connection, beside its options. */
export type Environment = {
  WebSocket: WebSocketConstructor | undefined;
  clock: Clock;
  /** From 0 up to, not including, 1. */
  random(): number;
  page: Page;
  storage: SeenStorage;
  tab: Tab;
  /** Reports an error of the page's own code as uncaught, without an exception in ours. */
  reportError(error: unknown): void;
};

/** One for all connections of a page. Without `sessionStorage`, as in Node, it lasts as long as the program. */
const tab = tabOf(
  {
    getItem: (key) => sessionStorage.getItem(key),
    setItem: (key, value) => sessionStorage.setItem(key, value),
    removeItem: (key) => sessionStorage.removeItem(key),
  },
  page,
  // `crypto.randomUUID` is missing where a page came by http.
  () => Array.from({ length: 2 }, () => Math.random().toString(36).slice(2)).join(''),
);

export function systemEnvironment(): Environment {
  return {
    // Node has none before version 22.
    WebSocket: globalThis.WebSocket,
    clock: {
      now: () => Date.now(),
      elapsed: elapsedTime(
        () => Date.now(),
        () => performance.now(),
      ),
      after: (milliseconds, callback) => {
        const timer = setTimeout(callback, milliseconds);
        return () => clearTimeout(timer);
      },
    },
    random: () => Math.random(),
    tab,
    page,
    // Where there is none, or it is denied, even naming it throws.
    storage: {
      getItem: (key) => localStorage.getItem(key),
      setItem: (key, value) => localStorage.setItem(key, value),
    },
    reportError: (error) => {
      queueMicrotask(() => {
        throw error;
      });
    },
  };
}
