import { BrowserPanel } from './browser-panel.js';

/** The browsers side by side. */
export class Browsers {
  #root;
  #template;
  #addresses;
  #onRegister;
  #made = 0;

  constructor(root, template, addresses, { onRegister }) {
    this.#root = root;
    this.#template = template;
    this.#addresses = addresses;
    this.#onRegister = onRegister;
  }

  /** With a credential it registers at once. */
  add(credential) {
    this.#made++;
    const root = this.#template.content.firstElementChild.cloneNode(true);
    const panel = new BrowserPanel(root, this.#addresses, { onRegister: this.#onRegister });
    const name = `Browser ${this.#made}`;
    root.setAttribute('aria-label', name);
    root.querySelector('[data-part="title"]').textContent = name;
    const remove = root.querySelector('[data-part="remove"]');
    remove.setAttribute('aria-label', `Remove ${name}`);
    remove.addEventListener('click', () => this.#remove(root, panel));
    this.#root.append(root);
    const input = root.querySelector('input');
    if (this.#addresses.identity === 'claimed') input.value = `u${this.#made}`;
    if (credential) panel.register(credential);
    return input;
  }

  #remove(root, panel) {
    const neighbour = root.nextElementSibling ?? root.previousElementSibling;
    panel.leave();
    root.remove();
    neighbour?.querySelector('input').focus();
  }
}
