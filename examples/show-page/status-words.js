import { locale, words } from './language.js';

const timeFormat = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' });

/** Returns a status of the browser client in words. */
export function statusWords(status) {
  switch (status.state) {
    case 'connecting':
      return words.connecting;
    case 'open':
      return words.registeredAs(status.uid);
    case 'waiting':
      return `${troubleWords(status)} ${words.nextTry(timeFormat.format(status.retryAt))}`;
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
