import { setTimeout as sleep } from 'node:timers/promises';
import type { Books } from './books.ts';

/** Setting that all parts of the load share. */
export type SoakSetting = {
  seed: number;
  books: Books;
  webSocketUrl: string;
  pushUrl: string;
  textPort: number;
  /** The load is to end: nothing new is sent, and nothing goes wrong any more. */
  isEnding: boolean;
};

/** Uids whose browsers are never killed: what is accepted for them must arrive. */
export const steadyUids = names('steady', 8);
/** Uids whose browsers die and come back. */
export const restlessUids = names('restless', 12);
/** Uids of pages with the real client, which are pushed stored messages too. */
export const pageUids = names('page', 6);
/** No browser is registered as this. */
const offlineUids = names('nobody', 1);
export const allUids = [...steadyUids, ...restlessUids, ...pageUids, ...offlineUids];

function names(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${kind} ${index + 1}`);
}

/** Whether a condition has come true within so many milliseconds. */
export async function comesTrue(
  condition: () => boolean | Promise<boolean>,
  milliseconds: number,
): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}
