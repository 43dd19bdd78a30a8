const firstDelay = 500;
const longestDelay = 10_000;

/**
 * Keeps one WebSocket registered as `uid`, and opens another when it closes, until `stop()`.
 * `onStatus` is told `connecting`, `registered`, `waiting` (with the milliseconds until the next try) and `closed`;
 * `onMessage` the exact text of each message.
 */
export class Registration {
  #url;
  #uid;
  #onStatus;
  #onMessage;
  #socket;
  #timer;
  #failures = 0;

  constructor(url, uid, { onStatus, onMessage }) {
    this.#url = url;
    this.#uid = uid;
    this.#onStatus = onStatus;
    this.#onMessage = onMessage;
    this.#open();
  }

  stop() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    socket.close();
    this.#onStatus('closed');
  }

  #open() {
    this.#onStatus('connecting');
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => {
      // The first message is the uid, raw. Nothing is answered.
      socket.send(this.#uid);
      this.#failures = 0;
      this.#onStatus('registered');
    };
    socket.onmessage = ({ data }) => this.#onMessage(data);
    socket.onclose = () => {
      if (socket === this.#socket) this.#openLater();
    };
  }

  #openLater() {
    // Half of the delay is random, so that the browsers of a restarted stack don't all come back in the same moment.
    const longest = Math.min(longestDelay, firstDelay * 2 ** this.#failures);
    const delay = longest / 2 + (Math.random() * longest) / 2;
    this.#failures++;
    this.#onStatus('waiting', delay);
    this.#timer = setTimeout(() => this.#open(), delay);
  }
}
