import { locale, words } from './language.js';
import { askPushUrl } from './push-url.js';

const period = 3_000;
const mostShown = 50;

/** Who is online, asked for every few seconds while the page is visible, and at once with `refresh`. */
export class Online {
  #list;
  #count;
  #pushUrl;
  #onChoose;
  #shown;

  constructor(root, pushUrl, { onChoose }) {
    this.#list = root.querySelector('[data-part="uids"]');
    this.#count = root.querySelector('[data-part="online-count"]');
    this.#pushUrl = pushUrl;
    this.#onChoose = onChoose;
    void this.#refreshForEver();
  }

  async refresh() {
    const answer = await askPushUrl(this.#pushUrl, 'GET', `uids?limit=${mostShown}`);
    // What has not changed keeps its elements, and so the keyboard's focus.
    const text = JSON.stringify(answer);
    if (text === this.#shown) return;
    this.#shown = text;
    this.#count.textContent = answer.trouble ?? countOf(answer);
    const uids = answer.uids ?? [];
    this.#list.replaceChildren(...uids.map((online) => this.#item(online)));
  }

  async #refreshForEver() {
    for (;;) {
      if (document.visibilityState === 'visible') await this.refresh();
      await new Promise((resolve) => setTimeout(resolve, period));
    }
  }

  #item({ uid, connections }) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = connections === 1 ? uid : `${uid} × ${connections}`;
    button.title = words.pushTo(uid);
    button.addEventListener('click', () => this.#onChoose(uid));
    const item = document.createElement('li');
    item.append(button);
    return item;
  }
}

function countOf({ uids, after }) {
  if (after) return words.theFirst(mostShown);
  return uids.length === 0 ? words.nobodyOnline : uids.length.toLocaleString(locale);
}
