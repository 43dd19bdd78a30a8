import { locale } from './language.js';

const format = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' });

/** Returns hours, minutes and seconds of a time: milliseconds since the epoch, or a text as of JSON. */
export function timeOfDay(time) {
  return format.format(new Date(time));
}
