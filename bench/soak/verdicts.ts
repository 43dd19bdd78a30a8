import type { Books, Ended, Sent } from './books.ts';
import { FAULTS } from './faults.ts';

/** One line of the account: what must hold, whether it does, and the numbers. */
export type Verdict = { what: string; holds: boolean; numbers: string };

/** Most lines that one sender has under way. */
export const SENDER_WINDOW = 40;

/**
 * A task that is being stopped finishes its requests: this is the longest that may take, and some time for a busy
 * machine.
 */
const textStopMs = 75_000;

/** Judges the books after all has settled. */
export function verdictsOn(books: Books): Verdict[] {
  const sent = [...books.sent.values()];
  const lines = sent.filter(({ way }) => way === 'line');
  const requests = sent.filter(({ way }) => way === 'http');
  return [
    everyLineAnsweredOnce(lines, books.surplusAnswers),
    lossesAreTheServices(books),
    everyRequestAnsweredOnce(requests),
    badIsRefused(sent),
    acceptedIsDelivered(books),
    nothingStrange(books),
    shownOnceInOrder(books),
    storedIsShown(books),
    everythingWasTried(books),
  ];
}

function everyLineAnsweredOnce(lines: Sent[], surplus: number): Verdict {
  const once = lines.filter(({ told, loss }) => told.length === 1 && loss === undefined).length;
  const left = lines.filter(({ told, loss }) => told.length === 0 && loss === 'sender-left').length;
  const lost = lines.filter(({ told, loss }) => told.length === 0 && loss === 'service-ended').length;
  const wrong = lines.length - once - left - lost;
  return {
    what: 'every line has exactly one answer, but those whose connection ended first',
    holds: wrong === 0 && surplus === 0,
    numbers: `${lines.length} lines: ${once} answered, ${lost} lost with the service, ${left} left by their sender; ${wrong} wrong, ${surplus} answers too many`,
  };
}

/** A sender loses what is under way, on connections that end because the service was ended. */
function lossesAreTheServices({ brokenSenders, textEnds }: Books): Verdict {
  const unexplained = brokenSenders.filter(
    ({ at, unanswered }) =>
      unanswered > SENDER_WINDOW || !textEnds.some((end) => end <= at && at <= end + textStopMs),
  ).length;
  return {
    what: 'lines are lost only when the service ends, and no more than were under way',
    holds: unexplained === 0,
    numbers: `${textEnds.length} ends of the service broke ${brokenSenders.length} senders; ${unexplained} unexplained`,
  };
}

function everyRequestAnsweredOnce(requests: Sent[]): Verdict {
  const errors = requests.filter(({ told }) => told[0] === 'error').length;
  const wrong = requests.filter(({ told }) => told.length !== 1).length;
  return {
    what: 'every request has exactly one answer',
    holds: wrong === 0,
    numbers: `${requests.length} requests, ${errors} of them answered by an error; ${wrong} wrong`,
  };
}

function badIsRefused(sent: Sent[]): Verdict {
  const bad = sent.filter(({ isBad }) => isBad);
  const accepted = bad.filter(({ told }) => told.includes('accepted')).length;
  return {
    what: 'what is no message is never accepted',
    holds: accepted === 0,
    numbers: `${bad.length} bad lines; ${accepted} accepted`,
  };
}

/** Taken by a connection that ended then, a message may have been lost with it. */
function acceptedIsDelivered({ sent, received, ended }: Books): Verdict {
  const accepted = [...sent].filter(([, { told, seq }]) => told.includes('accepted') && seq === undefined);
  const missing = accepted.filter(([name]) => !received.has(name)).map(([, message]) => message);
  const unexplained = missing.filter((message) => !ended.some((end) => mayHaveTaken(end, message))).length;
  const refused = [...sent].filter(([name, { told }]) => told[0] === 'not-accepted' && received.has(name));
  return {
    what: 'what was accepted has reached a browser',
    holds: unexplained === 0,
    numbers: `${accepted.length} accepted, ${missing.length} of them lost with a browser's connection, ${unexplained} without a reason; ${refused.length} arrived though they were answered fail`,
  };
}

function mayHaveTaken(end: Ended, { uid, sentAt, toldAt }: Sent): boolean {
  return end.uid === uid && end.openedAt <= toldAt && end.endedAt >= sentAt;
}

function nothingStrange({ received, strangers }: Books): Verdict {
  const times = [...received.values()].reduce((sum, count) => sum + count, 0);
  return {
    what: 'browsers get what was sent to their uid, byte for byte',
    holds: strangers === 0,
    numbers: `${times} received; ${strangers} strange`,
  };
}

function shownOnceInOrder({ shown }: Books): Verdict {
  const wrong = shown.filter(
    ({ messages, gaps }) =>
      gaps > 0 ||
      new Set(messages.map(({ name }) => name)).size !== messages.length ||
      messages.some(({ seq }, index) => index > 0 && seq <= (messages[index - 1]?.seq ?? 0)),
  ).length;
  const count = shown.reduce((sum, { messages }) => sum + messages.length, 0);
  return {
    what: 'every page shows stored messages in order, and none twice',
    holds: wrong === 0,
    numbers: `${shown.length} pages showed ${count}; ${wrong} pages wrong`,
  };
}

function storedIsShown({ sent, shown }: Books): Verdict {
  const stored = [...sent].filter(([, { seq }]) => seq !== undefined);
  let missing = 0;
  for (const page of shown) {
    const known = new Set(page.messages.map(({ name, seq }) => `${seq} ${name}`));
    missing += stored.filter(
      ([name, { uid, seq }]) => uid === page.uid && !known.has(`${seq} ${name}`),
    ).length;
  }
  return {
    what: 'every page shows every message that was answered as stored, with its number',
    holds: missing === 0,
    numbers: `${stored.length} stored; ${missing} missing`,
  };
}

/** Books of a run in which nothing happens balance, too. */
export function everythingWasTried({ sent, shown, faults, faultCount }: Books): Verdict {
  const told = [...sent.values()].filter(({ told }) => told.includes('accepted'));
  const never = FAULTS.filter((kind) => !faults.has(kind));
  const idlePages = shown.filter(({ messages }) => messages.length === 0).length;
  const holds =
    never.length === 0 &&
    idlePages === 0 &&
    shown.length > 0 &&
    told.some(({ way }) => way === 'line') &&
    told.some(({ way }) => way === 'http');
  return {
    what: 'every fault has come, and there was load by every way',
    holds,
    numbers: `${faultCount} faults; never: ${never.join(', ') || 'none'}`,
  };
}
