import { words } from './language.js';
import { askPushUrl } from './push-url.js';
import { timeOfDay } from './time-of-day.js';

/** Whether the stack knows who comes and goes, and the page knows where to ask. */
export async function hasPresence(pushUrl) {
  return (await askPushUrl(pushUrl, 'GET', 'presence')).trouble === undefined;
}

/** The users whom one browser watches, each with a dot for whether it is online, and since when. */
export class Friends {
  #list;
  /** The line of each, by its uid. */
  #lines = new Map();

  constructor(list) {
    this.#list = list;
  }

  /** A user as the browser client passes it. */
  show({ uid, online, at }) {
    const line = this.#lines.get(uid) ?? this.#add(uid);
    line.dataset.state = online ? 'open' : 'close-called';
    line.title = words.afterGrace;
    line.textContent = sentence(uid, online, at);
  }

  /** Removes the lines of all others. */
  keep(uids) {
    for (const [uid, line] of this.#lines) {
      if (uids.includes(uid)) continue;
      line.remove();
      this.#lines.delete(uid);
    }
  }

  #add(uid) {
    const line = document.createElement('li');
    line.className = 'status';
    this.#list.append(line);
    this.#lines.set(uid, line);
    return line;
  }
}

function sentence(uid, online, at) {
  if (at === undefined) return words.neverCame(uid);
  return (online ? words.cameAt : words.leftAt)(uid, timeOfDay(at));
}
