import { Friends } from './friends.js';
import { group } from './group.js';
import { words } from './language.js';
import { MessageList } from './message-list.js';
import { askPushUrl } from './push-url.js';
import { statusWords } from './status-words.js';
import { connect } from './uidpush.js';

const notRegistered = { state: 'closed', reason: 'close-called' };

/** One browser of one user. It registers and shows what arrives, in the parts of `root` and `line` (`data-part`). */
export class BrowserPanel {
  #part;
  #lineStatus;
  #addresses;
  #storage;
  #device;
  #onChange;
  #onRegister;
  #messages;
  #friends;
  /** Those to watch, but for itself. */
  #users = [];
  #connection;
  #isByPerson = false;
  /** The uid that the service has registered, the last that it did. */
  #uid;

  constructor(root, line, addresses, { storage, device, onChange, onRegister }) {
    this.#addresses = addresses;
    this.#storage = storage;
    this.#device = device;
    this.#onChange = onChange;
    this.#onRegister = onRegister;
    this.#part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.#lineStatus = line.querySelector('[data-part="status"]');
    const counts = [root, line].map((element) => element.querySelector('[data-part="count"]'));
    this.#messages = new MessageList(this.#part('messages'), counts);
    this.#friends = new Friends(this.#part('friends'));
    this.#part('credential-name').textContent = words.credential[this.#isClaimed ? 'claimed' : 'token'];
    this.#part('kick').addEventListener('click', () => this.#kick());
    this.#groupBox.addEventListener('change', () => this.#joinOrLeave());
    this.#part('registration').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#isByPerson = true;
      if (this.#connection) this.leave();
      else this.register(this.#input.value);
    });
    this.#showStatus(notRegistered);
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
      storage: this.#storage,
      // All of this page are in one tab, whose name they would share.
      device: this.#device,
    });
    this.#connection.onstatus = (status) => this.#changeStatus(status);
    this.#connection.onmessage = (message) => this.#messages.show(message);
    this.#connection.ongroup = (state) => this.#showGroup(state);
    this.#connection.onpresence = (presence) => this.#friends.show(presence);
    this.#connection.onwatchrefused = () => this.#friends.keep([]);
    this.#connection.ongap = () => this.#messages.showGap();
    this.#showStatus(this.#connection.status);
  }

  offerGroup() {
    this.#part('in-group').hidden = false;
  }

  /** Shows who of these comes and goes, as long as it is registered. */
  watch(users) {
    this.#users = users;
    this.#watch();
  }

  leave() {
    this.#connection?.close();
    this.#changeStatus(notRegistered);
  }

  get #isClaimed() {
    return this.#addresses.identity === 'claimed';
  }

  get #input() {
    return this.#part('registration').elements.credential;
  }

  get #groupBox() {
    return this.#part('in-group').querySelector('input');
  }

  #changeStatus(status) {
    this.#showStatus(status);
    this.#onChange();
    if (status.state === 'open' && status.uid !== this.#uid) {
      this.#uid = status.uid;
      this.#watch();
      this.#onRegister(status.uid, this.#isByPerson);
    }
  }

  #watch() {
    const friends = this.#connection ? this.#users.filter((uid) => uid !== this.#uid) : [];
    this.#friends.keep(friends);
    this.#connection?.watch(friends);
  }

  #showStatus(status) {
    if (status.state === 'closed') {
      this.#connection = undefined;
      this.#friends.keep([]);
    }
    for (const element of [this.#part('status'), this.#lineStatus]) {
      element.dataset.state = status.state === 'closed' ? status.reason : status.state;
      element.textContent = statusWords(status);
      element.title = status.message ?? '';
    }
    this.#part('kick').disabled = status.state !== 'open';
    this.#groupBox.disabled = this.#connection === undefined;
    if (this.#connection === undefined) this.#groupBox.checked = false;
    this.#showForm(this.#connection !== undefined);
  }

  #showForm(isRegistered) {
    this.#input.readOnly = isRegistered && this.#isClaimed;
    this.#part('toggle').textContent = isRegistered ? words.leave : words.register;
    this.#part('toggle').classList.toggle('primary', !isRegistered);
  }

  /** By the page itself, with its connection; a backend can put a uid in. */
  async #joinOrLeave() {
    const isWanted = this.#groupBox.checked;
    this.#showGroup(await (isWanted ? this.#connection.join(group) : this.#connection.leave(group)));
  }

  /** What is `waiting` is done as soon as it can be. */
  #showGroup({ state, message }) {
    if (state !== 'waiting') this.#groupBox.checked = state === 'joined';
    this.#part('kicked').textContent = state === 'refused' ? words.sentence(message) : '';
  }

  /** As a backend would. A kicked page doesn't come back by itself, but its user may: a kick is no ban. */
  async #kick() {
    const path = `uids/${encodeURIComponent(this.#uid)}`;
    const answer = await askPushUrl(this.#addresses.PushUrl, 'DELETE', path);
    // Gone: the page received the reason and closed before the service did.
    this.#part('kicked').textContent =
      answer.trouble ?? words.kicked({ ended: answer.closed + answer.gone, failed: answer.failed });
    this.#onChange();
  }
}
