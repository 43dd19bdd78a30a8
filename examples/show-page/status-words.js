import { words } from './language.js';
import { timeOfDay } from './time-of-day.js';

/** Returns a status of the browser client in words. */
export function statusWords(status) {
  switch (status.state) {
    case 'connecting':
      return words.connecting;
    case 'open':
      return words.registeredAs(status.uid);
    case 'waiting':
      return `${troubleWords(status)} ${words.nextTry(timeOfDay(status.retryAt))}`;
    default:
      return status.reason === 'refused' ? refusalWords(status) : words.notRegistered;
  }
}

function troubleWords({ reason, cause }) {
  const trouble = words.troubles[reason] ?? words.otherTrouble;
  return cause instanceof Error ? words.because(trouble, cause.message) : words.sentence(trouble);
}

function refusalWords({ code }) {
  return words.endings[code] ?? words.notAuthorised(code);
}
