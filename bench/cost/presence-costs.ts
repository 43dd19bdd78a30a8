import { type Calls, totalOf } from './calls.ts';
import { costOf } from './monthly-cost.ts';
import { usagePerOperation as usage } from './usage-per-operation.ts';

/** What a million of something cost beside what they cost without presence. */
export type PresenceCost = { what: string; dollars: number };

/** Of each message that a function sends to a queue: Lambda receives it, and deletes it. */
const requestsOfWorker = 2;

const watched = 20;

export function presenceCosts(): PresenceCost[] {
  return [
    ofMillion('users who come online', usage.userComes, 1),
    ofMillion('users who leave', usage.userLeaves, 2),
    ofMillion('connections that are replaced, or close while the user has others', usage.connectionLeaves),
    ofMillion(
      'the same where pages may watch',
      totalOf([1, usage.connectionLeaves], [1, usage.readWatchList]),
    ),
    ofMillion(
      `pages that begin to watch ${watched} uids`,
      totalOf([1, usage.watch], [watched, usage.watchedUid]),
    ),
    ofMillion(`such pages that end`, totalOf([1, usage.endWatch], [watched, usage.unwatchedUid])),
    ofMillion('changes that one page is shown', usage.showChange),
  ];
}

/** `worked`: messages of queues that a worker takes, with nobody else's in the same batch. */
function ofMillion(what: string, calls: Calls, worked = 0): PresenceCost {
  const millions = totalOf([1_000_000, calls]);
  const beyond = { queueRequest: 1_000_000 * requestsOfWorker * worked };
  return { what, dollars: costOf({ name: what, calls: millions, beyond }) };
}
