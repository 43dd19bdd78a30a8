import { type Calls, totalOf } from './calls.ts';
import { costOf } from './monthly-cost.ts';
import { usagePerOperation as usage } from './usage-per-operation.ts';

/** What a million of something cost beside what they cost without presence. */
export type PresenceCost = { what: string; dollars: number };

/** Of each message that a function sends to a queue: Lambda receives it, and deletes it. */
const requestsOfWorker = 2;

const watched = 20;

/** A connection has two rows. */
const connectionBytes = 2 * 150;
const unitBytes = 4_096;
/** The most that `GET /presence` reads, whatever the size of the table. */
const sampleBytes = 45 * 1_024 * 1_024;

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
    ofMillion('events on an event bus, beside the queue', usage.tellEventBus),
    ...[100, 1_000].map((uids) =>
      ofMillion(
        `\`POST /presence\` with ${uids.toLocaleString('en')} uids`,
        totalOf([1, usage.request], [uids, usage.queriedUid]),
      ),
    ),
    ofMillion('`GET /presence` while 1,000 connections are open', counting(1_000 * connectionBytes)),
    ofMillion('`GET /presence` while many are, at most', counting(sampleBytes)),
  ];
}

/** A scan is paid by what it reads. */
function counting(bytes: number): Calls {
  return totalOf([1, usage.request], [Math.ceil(bytes / unitBytes), usage.countOnline]);
}

/** `worked`: messages of queues that a worker takes, with nobody else's in the same batch. */
function ofMillion(what: string, calls: Calls, worked = 0): PresenceCost {
  const millions = totalOf([1_000_000, calls]);
  const beyond = { queueRequest: 1_000_000 * requestsOfWorker * worked };
  return { what, dollars: costOf({ name: what, calls: millions, beyond }) };
}
