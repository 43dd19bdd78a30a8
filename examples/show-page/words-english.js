/** What the page says in English while it is used. */
export const english = {
  noAddresses: (reason) =>
    `The stack’s addresses are missing (${reason}). Start the stack with “npm start” and open the page there, or name \
the stack in this page’s address: ?url=wss://…&push=https://…`,

  browser: (number) => `Browser ${number}`,
  remove: (name) => `Remove ${name}`,
  credential: { claimed: 'uid', token: 'token' },
  register: 'Register',
  leave: 'Leave',
  kicked: ({ ended, failed }) => `Kicked: ${ended} ended, ${failed} failed.`,

  connecting: 'Connecting…',
  registeredAs: (uid) => `Registered as ${uid}`,
  notRegistered: 'Not registered',
  nextTry: (time) => `Next try at ${time}`,
  sentence: (text) => `${text}.`,
  because: (text, reason) => `${text}: ${reason}`,
  notAuthorised: (code) => `Not authorised (${code})`,
  /** The refusals that are no question of who one is. */
  endings: { disconnected: 'Kicked by the backend', replaced: 'Replaced by a newer connection' },
  otherTrouble: 'Trouble',
  troubles: {
    'credential-failed': 'No usable credential',
    unreachable: 'Network trouble: the service can’t be reached',
    'connection-lost': 'Connection lost',
    'no-answer': 'Network trouble: no answer',
    unavailable: 'The service is in trouble',
    'not-registered': 'The service has forgotten the connection',
    'token-expired': 'The token has ended',
    'token-not-yet-valid': 'The token is not valid yet',
  },

  noMessages: 'none yet',
  arrived: (count) => `${count} arrived`,
  arrivedAndShown: (count, shown) => `${count} arrived, the newest ${shown} shown`,
  bytes: (count) => (count === '1' ? '1 byte' : `${count} bytes`),
  storedAs: (seq) => `stored as ${seq}`,
  gap: 'Stored messages expired before they could be shown here.',

  cameAt: (uid, time) => `${uid} came at ${time}`,
  leftAt: (uid, time) => `${uid} left at ${time}`,
  neverCame: (uid) => `${uid} has not come yet`,
  afterGrace:
    'Who leaves is shown so after a grace, by default 15 seconds; who is back by then has not left.',

  nobodyOnline: 'nobody',
  theFirst: (count) => `the first ${count}`,
  pushTo: (uid) => `Push to ${uid}`,

  nobodyRegistered: (uid) => `Nobody is registered as ${uid}.`,
  nobodyInGroup: 'Nobody is in the group.',
  deliveredTo: (counts) => `${tried(counts)}.`,
  wasStored: (seq, rest) => `Stored as ${seq}. ${rest}`,
  broadcastRunning: (counts) => `${tried(counts)} so far …`,
  broadcastFinished: (counts) => `Broadcast finished. ${tried(counts)}.`,
  took: (milliseconds) => `${milliseconds} ms`,

  noPushUrl: 'This page was not told the push URL: add &push=… to its address.',
  noAnswer: (seconds) => `No answer in ${seconds} s.`,
  unreadable: (status) => `The answer (HTTP ${status}) can’t be read.`,
  unreachable: 'The push URL can’t be reached. Is the stack running?',
  answered: (status) => `The push URL answered HTTP ${status}.`,
  refused: (status, reason) => `Refused (HTTP ${status}): ${reason}.`,
  noPushUrlForShell: 'This page does not know the push URL.',
  noTextEndpoint: 'This stack has no text endpoint.',
};

function tried({ delivered, gone, failed, excluded = 0 }) {
  const parts = [`Delivered to ${connections(delivered)}`];
  if (gone > 0) parts.push(`${connections(gone)} had gone`);
  if (failed > 0) parts.push(`${connections(failed)} could not be reached`);
  if (excluded > 0) parts.push(`${connections(excluded)} left out`);
  return parts.join('; ');
}

function connections(count) {
  if (count === 0) return 'no connection';
  return count === 1 ? '1 connection' : `${count} connections`;
}
