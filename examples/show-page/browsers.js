import { BrowserPanel } from './browser-panel.js';
import { words } from './language.js';

/** The browsers side by side, and for narrow screens a line about each beside the push form. */
export class Browsers {
  #panels;
  #lines;
  #addresses;
  #events;
  #added = 0;

  /** `onChange`: one has registered or ended. `onRegister`: receives the uid that a person has registered. */
  constructor(panels, lines, addresses, { onChange, onRegister }) {
    this.#panels = panels;
    this.#lines = lines;
    this.#addresses = addresses;
    this.#events = { onChange, onRegister };
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
    const panel = new BrowserPanel(root, line, this.#addresses, {
      storage: ownStorage(this.#added),
      ...this.#events,
    });
    const remove = root.querySelector('[data-part="remove"]');
    remove.setAttribute('aria-label', words.remove(name));
    remove.addEventListener('click', () => this.#remove(root, line, panel));
    const input = root.querySelector('input');
    if (this.#addresses.identity === 'claimed') input.value = `u${this.#added}`;
    if (credential) panel.register(credential);
    return input;
  }

  #remove(root, line, panel) {
    const neighbour = root.nextElementSibling ?? root.previousElementSibling;
    panel.leave();
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
