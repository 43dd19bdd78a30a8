import { coloured } from './json-colours.js';
import { locale, words } from './language.js';

const mostShown = 100;
const timeFormat = new Intl.DateTimeFormat(locale, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
});
const encoder = new TextEncoder();

/** What has arrived, newest first, and how much it was. */
export class MessageList {
  #list;
  #counts;
  #arrived = 0;

  /** `counts`: the elements that say how much has arrived. */
  constructor(list, counts) {
    this.#list = list;
    this.#counts = counts;
  }

  /** A message as the browser client passes it. */
  show({ text, seq }) {
    this.#arrived++;
    this.#prepend(messageElement(text, seq));
    const count = this.#arrived.toLocaleString(locale);
    this.#showCount(
      this.#arrived > mostShown ? words.arrivedAndShown(count, mostShown) : words.arrived(count),
    );
  }

  /** Between those that came before the gap and those that come after it. */
  showGap() {
    const note = document.createElement('p');
    note.className = 'gap';
    note.textContent = words.gap;
    this.#prepend(note);
  }

  clear() {
    this.#arrived = 0;
    this.#list.replaceChildren();
    this.#showCount(words.noMessages);
  }

  #showCount(text) {
    for (const element of this.#counts) element.textContent = text;
  }

  #prepend(element) {
    this.#list.prepend(element);
    if (this.#list.childElementCount > mostShown) this.#list.lastElementChild.remove();
  }
}

function messageElement(text, seq) {
  const now = new Date();
  const time = document.createElement('time');
  time.dateTime = now.toISOString();
  time.textContent = timeFormat.format(now);

  const size = document.createElement('span');
  size.textContent = words.bytes(encoder.encode(text).length.toLocaleString(locale));

  const head = document.createElement('p');
  head.append(time);
  if (seq !== undefined) head.append(seqElement(seq));
  head.append(size);

  const content = document.createElement('pre');
  content.append(coloured(text));

  const message = document.createElement('article');
  message.className = 'message';
  message.append(head, content);
  return message;
}

function seqElement(seq) {
  const element = document.createElement('span');
  element.textContent = words.storedAs(seq.toLocaleString(locale));
  return element;
}
