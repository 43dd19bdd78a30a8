import { BrowserPanel } from './browser-panel.js';
import { words } from './language.js';

/** The same page in another tab has another one. `crypto.randomUUID` is missing where a page came by http. */
const suffix = Math.random().toString(36).slice(2, 8);

/** As many as one page may watch. */
const mostWatched = 100;

/** The browsers side by side, and for narrow screens a line about each beside the push form. */
export class Browsers {
  #panels;
  #lines;
  #addresses;
  #events;
  #onDevices;
  #added = 0;
  #hasGroup = false;
  #hasFriends = false;
  /** All who have registered here, those who have left too: it is seen when they do. */
  #users = new Set();
  #all = new Set();
  /** The name of each, by the device that it registers as. */
  #devices = new Map();

  /**
   * `onChange`: one has registered or ended. `onRegister`: receives the uid that a person has registered. `onDevices`:
   * receives the devices of all browsers, with their names, whenever one was added or removed.
   */
  constructor(panels, lines, addresses, { onChange, onRegister, onDevices }) {
    this.#panels = panels;
    this.#lines = lines;
    this.#addresses = addresses;
    this.#events = {
      onChange,
      onRegister: (uid, isByPerson) => {
        this.#users.add(uid);
        this.#watchEachOther();
        if (isByPerson) onRegister(uid);
      },
    };
    this.#onDevices = onDevices;
  }

  /** Lets each browser join the group, and those that are added later. */
  offerGroup() {
    this.#hasGroup = true;
    for (const panel of this.#all) panel.offerGroup();
  }

  /** Lets each browser watch the users of the others. */
  offerFriends() {
    this.#hasFriends = true;
    this.#watchEachOther();
  }

  /** With a credential it registers at once. */
  add(credential) {
    this.#added++;
    const name = words.browser(this.#added);
    const root = cloneOf('browser');
    const line = cloneOf('arrival');
    root.setAttribute('aria-label', name);
    for (const element of [root, line]) element.querySelector('[data-part="title"]').textContent = name;
    this.#panels.append(root);
    this.#lines.append(line);
    const device = `browser-${this.#added}-${suffix}`;
    this.#devices.set(device, name);
    this.#onDevices(this.#devices);
    const panel = new BrowserPanel(root, line, this.#addresses, {
      storage: ownStorage(this.#added),
      device,
      ...this.#events,
    });
    this.#all.add(panel);
    if (this.#hasGroup) panel.offerGroup();
    const remove = root.querySelector('[data-part="remove"]');
    remove.setAttribute('aria-label', words.remove(name));
    remove.addEventListener('click', () => this.#remove(root, line, panel, device));
    const input = root.querySelector('input');
    if (this.#addresses.identity === 'claimed') input.value = `u${this.#added}`;
    if (credential) panel.register(credential);
    return input;
  }

  #watchEachOther() {
    if (!this.#hasFriends) return;
    const newest = [...this.#users].slice(-mostWatched);
    for (const panel of this.#all) panel.watch(newest);
  }

  #remove(root, line, panel, device) {
    const neighbour = root.nextElementSibling ?? root.previousElementSibling;
    panel.leave();
    this.#all.delete(panel);
    this.#devices.delete(device);
    this.#onDevices(this.#devices);
    root.remove();
    line.remove();
    neighbour?.querySelector('input').focus();
  }
}

function cloneOf(templateId) {
  return document.getElementById(templateId).content.firstElementChild.cloneNode(true);
}

/** Browsers have storages of their own. Those on this page share the page's, each with keys of its own. */
function ownStorage(number) {
  const own = (key) => `browser ${number}: ${key}`;
  return {
    getItem: (key) => localStorage.getItem(own(key)),
    setItem: (key, value) => localStorage.setItem(own(key), value),
  };
}
