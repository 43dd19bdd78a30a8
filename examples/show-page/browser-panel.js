import { MessageList } from './message-list.js';
import { askPushUrl } from './push-url.js';
import { statusWords } from './status-words.js';
import { connect } from './uidpush.js';

const notRegistered = { state: 'closed', reason: 'close-called' };

/** One browser of one user: registers and shows what arrives. `root` holds its parts, marked with `data-part`. */
export class BrowserPanel {
  #part;
  #addresses;
  #onRegister;
  #messages;
  #connection;
  /** The uid that the service has registered, the last that it did. */
  #uid;

  constructor(root, addresses, { onRegister }) {
    this.#addresses = addresses;
    this.#onRegister = onRegister;
    this.#part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.#messages = new MessageList(this.#part('messages'), this.#part('count'));
    this.#part('credential-name').textContent = this.#isClaimed ? 'uid' : 'token';
    this.#part('kick').addEventListener('click', () => this.#kick());
    this.#part('registration').addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#connection) this.leave();
      else this.register(this.#input.value);
    });
  }

  /** `credential`: the uid, or a token where the stack asks for one. */
  register(credential) {
    this.#input.value = credential;
    this.#uid = undefined;
    this.#messages.clear();
    this.#part('kicked').textContent = '';
    this.#connection = connect({
      url: this.#addresses.WebSocketUrl,
      identity: this.#addresses.identity,
      // Read anew for each connection: a fresh token may be typed while the old one is in use.
      credential: () => this.#input.value,
    });
    this.#connection.onstatus = (status) => this.#showStatus(status);
    this.#connection.onmessage = (message) => this.#messages.show(message);
    this.#connection.ongap = () => this.#messages.showGap();
    this.#showStatus(this.#connection.status);
  }

  leave() {
    this.#connection?.close();
    this.#showStatus(notRegistered);
  }

  get #isClaimed() {
    return this.#addresses.identity === 'claimed';
  }

  get #input() {
    return this.#part('registration').elements.credential;
  }

  #showStatus(status) {
    if (status.state === 'closed') this.#connection = undefined;
    const line = this.#part('status');
    line.dataset.state = status.state === 'closed' ? status.reason : status.state;
    line.textContent = statusWords(status);
    line.title = status.message ?? '';
    this.#part('kick').disabled = status.state !== 'open';
    this.#showForm(this.#connection !== undefined);
    if (status.state === 'open' && status.uid !== this.#uid) {
      this.#uid = status.uid;
      this.#onRegister(status.uid);
    }
  }

  #showForm(isRegistered) {
    this.#input.readOnly = isRegistered && this.#isClaimed;
    this.#part('toggle').textContent = isRegistered ? 'Leave' : 'Register';
    this.#part('toggle').classList.toggle('primary', !isRegistered);
  }

  /** As a backend would. A kicked page doesn't come back by itself, but its user may: a kick is no ban. */
  async #kick() {
    const path = `uids/${encodeURIComponent(this.#uid)}`;
    const answer = await askPushUrl(this.#addresses.PushUrl, 'DELETE', path);
    // Gone: the page was told why and closed before the service did.
    this.#part('kicked').textContent =
      answer.trouble ?? `Kicked: ${answer.closed + answer.gone} ended, ${answer.failed} failed.`;
  }
}
