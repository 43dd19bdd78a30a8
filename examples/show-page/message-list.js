import { coloured } from './json-colours.js';

const mostShown = 100;
const timeFormat = new Intl.DateTimeFormat(undefined, {
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
  #count;
  #arrived = 0;

  constructor(list, count) {
    this.#list = list;
    this.#count = count;
  }

  /** A message as the browser client gives it. */
  show({ text, seq }) {
    this.#arrived++;
    this.#prepend(messageElement(text, seq));
    const shown = this.#arrived > mostShown ? `, the newest ${mostShown} shown` : '';
    this.#count.textContent = `${this.#arrived.toLocaleString()} arrived${shown}`;
  }

  /** Between those that came before the gap and those that come after it. */
  showGap() {
    const note = document.createElement('p');
    note.className = 'gap';
    note.textContent = 'Stored messages expired before they could be shown here.';
    this.#prepend(note);
  }

  clear() {
    this.#arrived = 0;
    this.#list.replaceChildren();
    this.#count.textContent = 'none yet';
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
  const bytes = encoder.encode(text).length;
  size.textContent = bytes === 1 ? '1 byte' : `${bytes.toLocaleString()} bytes`;

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
  element.textContent = `stored as ${seq.toLocaleString()}`;
  return element;
}
