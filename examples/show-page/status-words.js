const timeFormat = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });

const troubles = {
  'credential-failed': 'No usable credential',
  unreachable: 'Network trouble: the service can’t be reached',
  'connection-lost': 'Connection lost',
  'no-answer': 'Network trouble: no answer',
  unavailable: 'The service is in trouble',
  'not-registered': 'The service has forgotten the connection',
  'token-expired': 'The token has ended',
  'token-not-yet-valid': 'The token is not valid yet',
};

/** The refusals that are no question of who one is. */
const endings = {
  disconnected: 'Kicked by the backend',
  replaced: 'Replaced by a newer connection',
};

/** A status of the browser client, in words. */
export function statusWords(status) {
  switch (status.state) {
    case 'connecting':
      return 'Connecting…';
    case 'open':
      return `Registered as ${status.uid}`;
    case 'waiting':
      return `${troubleWords(status)} Next try at ${timeFormat.format(status.retryAt)}`;
    default:
      return status.reason === 'refused' ? refusalWords(status) : 'Not registered';
  }
}

function troubleWords({ reason, cause }) {
  const words = troubles[reason] ?? 'Trouble';
  return cause instanceof Error ? `${words}: ${cause.message}` : `${words}.`;
}

function refusalWords({ code }) {
  return endings[code] ?? `Not authorised (${code})`;
}
