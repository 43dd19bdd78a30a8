import type { SeenStorage } from './last-seen.ts';
import { type Page, page } from './wake.ts';
import type { WebSocketConstructor } from './websocket.ts';

export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `milliseconds`; the answer cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
};

/** All that a connection needs of the world around it. */
export type Environment = {
  WebSocket: WebSocketConstructor;
  clock: Clock;
  /** From 0 up to, not including, 1. */
  random(): number;
  page: Page;
  storage: SeenStorage;
  /** Tells of an error of the page's own code, without stopping ours. */
  reportError(error: unknown): void;
};

/** Throws a `TypeError` where there is no WebSocket. */
export function systemEnvironment(
  WebSocket: WebSocketConstructor | undefined = globalThis.WebSocket,
): Environment {
  if (!WebSocket) throw new TypeError('There is no WebSocket here: give one as the option WebSocket.');
  return {
    WebSocket,
    clock: {
      now: () => Date.now(),
      after: (milliseconds, callback) => {
        const timer = setTimeout(callback, milliseconds);
        return () => clearTimeout(timer);
      },
    },
    random: () => Math.random(),
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
