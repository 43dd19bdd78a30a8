import { connection } from './connection.ts';

/** The uids of a multicast, of which three in ten are online with a connection each, and 3 % of these gone. */

const prefix = 'crowd-';
const goneMark = 'GONE';

export function crowdUid(number: number): string {
  return `${prefix}${number}`;
}

/** Returns `undefined` for a uid that is none of the crowd. */
export function connectionsOfCrowd(uid: string): ReturnType<typeof connection>[] | undefined {
  if (!uid.startsWith(prefix)) return undefined;
  const number = Number(uid.slice(prefix.length));
  if (number % 10 >= 3) return [];
  const found = connection(number);
  const isGone = number % 100 === 2;
  return [
    isGone ? { ...found, connectionId: `${goneMark}${found.connectionId.slice(goneMark.length)}` } : found,
  ];
}

/** @param text With the connection's id in it. */
export function isGoneOfCrowd(text: string): boolean {
  return text.includes(goneMark);
}
