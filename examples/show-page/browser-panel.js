import { coloured } from './json-colours.js';
import { Registration } from './registration.js';

const mostShown = 100;
const timeFormat = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
});
const encoder = new TextEncoder();

/** One browser of one user: registers a uid and shows what arrives. `root` holds its parts, marked with `data-part`. */
export class BrowserPanel {
  #part;
  #url;
  #onRegister;
  #registration;
  #arrived = 0;

  constructor(root, url, { onRegister }) {
    this.#url = url;
    this.#onRegister = onRegister;
    this.#part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.#part('registration').addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#registration) this.leave();
      else this.register(this.#uidInput.value);
    });
  }

  register(uid) {
    this.#uidInput.value = uid;
    this.#setRegistered(true);
    this.#clearMessages();
    this.#onRegister(uid);
    this.#registration = new Registration(this.#url, uid, {
      onStatus: (status, delay) => this.#showStatus(status, uid, delay),
      onMessage: (text) => this.#showMessage(text),
    });
  }

  leave() {
    this.#registration.stop();
    this.#registration = undefined;
    this.#setRegistered(false);
  }

  get #uidInput() {
    return this.#part('registration').elements.uid;
  }

  #setRegistered(isRegistered) {
    this.#uidInput.readOnly = isRegistered;
    this.#part('toggle').textContent = isRegistered ? 'Leave' : 'Register';
    this.#part('toggle').classList.toggle('primary', !isRegistered);
  }

  #showStatus(status, uid, delay) {
    const words = {
      connecting: 'Connecting…',
      registered: `Registered as ${uid}`,
      waiting: `Closed. Next try in ${Math.ceil(delay / 1000)} s`,
      closed: 'Not registered',
    };
    this.#part('status').dataset.state = status;
    this.#part('status').textContent = words[status];
  }

  #showMessage(text) {
    this.#arrived++;
    const messages = this.#part('messages');
    messages.prepend(messageElement(text));
    if (this.#arrived > mostShown) messages.lastElementChild.remove();
    const shown = this.#arrived > mostShown ? `, the newest ${mostShown} shown` : '';
    this.#part('count').textContent = `${this.#arrived.toLocaleString()} arrived${shown}`;
  }

  #clearMessages() {
    this.#arrived = 0;
    this.#part('messages').replaceChildren();
    this.#part('count').textContent = 'none yet';
  }
}

function messageElement(text) {
  const now = new Date();
  const time = document.createElement('time');
  time.dateTime = now.toISOString();
  time.textContent = timeFormat.format(now);

  const size = document.createElement('span');
  const bytes = encoder.encode(text).length;
  size.textContent = bytes === 1 ? '1 byte' : `${bytes.toLocaleString()} bytes`;

  const head = document.createElement('p');
  head.append(time, size);

  const content = document.createElement('pre');
  content.append(coloured(text));

  const message = document.createElement('article');
  message.className = 'message';
  message.append(head, content);
  return message;
}
