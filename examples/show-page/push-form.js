import { pushToGroup } from './group.js';
import { coloured } from './json-colours.js';
import { locale, words } from './language.js';
import { broadcast, messageText, pathWithout, push } from './push.js';

/** Pushes what is typed to one uid or to everyone, as a backend would, and shows the answer, in words too. */
export class PushForm {
  #part;
  #addresses;
  #isSending = false;

  constructor(root, addresses) {
    this.#addresses = addresses;
    this.#part = (name) => root.querySelector(`[data-part="${name}"]`);
    const form = this.#part('push');
    form.addEventListener('input', () => this.#showCommands());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const { value } = event.submitter ?? {};
      if (value === 'broadcast') void this.#run(() => this.#broadcast());
      else if (value === 'group') void this.#run(() => this.#pushToGroup());
      else void this.#run(() => this.#push());
    });
    form.elements.message.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    this.#showCommands();
  }

  offerGroup() {
    this.#part('to-group').hidden = false;
  }

  /** Addresses the form to a uid. */
  address(uid) {
    this.#part('push').elements.uid.value = uid;
    this.#showCommands();
  }

  /** Offers to leave out one of these devices, a map from each to its name. */
  offer(devices) {
    const { except } = this.#part('push').elements;
    const chosen = except.value;
    const options = Array.from(devices, ([device, name]) => new Option(name, device));
    except.replaceChildren(except.options[0], ...options);
    except.value = devices.has(chosen) ? chosen : '';
    this.#showCommands();
  }

  get #typed() {
    return this.#part('push').elements.message.value;
  }

  get #message() {
    return messageText(this.#part('push').elements.uid.value, this.#typed);
  }

  /** Seconds; 0: not stored. */
  get #ttl() {
    return Number(this.#part('push').elements.ttl.value);
  }

  /** The device that gets nothing; empty: none. */
  get #except() {
    return this.#part('push').elements.except.value;
  }

  /** One at a time, so that the answer belongs to what was sent last. */
  async #run(send) {
    if (this.#isSending) return;
    this.#isSending = true;
    await send();
    this.#isSending = false;
  }

  async #push() {
    const start = performance.now();
    const answer = await push(this.#addresses.PushUrl, this.#message, this.#ttl, this.#except);
    this.#showAnswer(answer, verdictOn(answer), performance.now() - start);
  }

  async #pushToGroup() {
    const start = performance.now();
    const answer = await pushToGroup(this.#addresses.PushUrl, this.#typed, this.#except);
    this.#showAnswer(answer, groupVerdictOn(answer), performance.now() - start);
  }

  async #broadcast() {
    const start = performance.now();
    for await (const answer of broadcast(this.#addresses.PushUrl, this.#typed.trim())) {
      this.#showAnswer(answer, broadcastVerdictOn(answer), performance.now() - start);
    }
  }

  #showAnswer(answer, verdict, milliseconds) {
    this.#part('answer').dataset.state = stateOf(answer);
    this.#part('verdict').textContent = answer.trouble ?? verdict;
    this.#part('json').replaceChildren(answer.trouble ? '' : coloured(JSON.stringify(answer)));
    this.#part('took').textContent = words.took(Math.round(milliseconds));
  }

  /** The message as a line of the text port. */
  get #line() {
    const { uid } = this.#part('push').elements;
    if (!this.#except) return this.#message;
    return `{"uids":[${JSON.stringify(uid.value)}],"except":${JSON.stringify(this.#except)},"message":${this.#message}}`;
  }

  #showCommands() {
    const { PushUrl, TextEndpoint } = this.#addresses;
    const message = this.#message;
    const address = `${PushUrl}${pathWithout('push', this.#except)}`;
    const ttl = this.#ttl > 0 ? ` -H 'TTL: ${this.#ttl}'` : '';
    this.#part('curl').textContent = PushUrl
      ? `curl -H 'content-type: application/json'${ttl} \\\n  -d ${shellQuoted(message)} \\\n  ${this.#except ? shellQuoted(address) : address}`
      : words.noPushUrlForShell;
    this.#part('nc').textContent = TextEndpoint
      ? `printf '%s\\n' ${shellQuoted(oneLine(this.#line))} \\\n  | nc -q1 ${TextEndpoint.replace(':', ' ')}`
      : words.noTextEndpoint;
  }
}

function stateOf({ trouble, delivered, gone, failed, stored, excluded }) {
  if (trouble) return 'trouble';
  if (stored || (excluded > 0 && gone + failed === 0)) return 'good';
  if (failed > 0) return 'bad';
  return delivered > 0 && gone === 0 ? 'good' : 'mixed';
}

function verdictOn({ uid, stored, seq, ...counts }) {
  const isTried = counts.delivered + counts.gone + counts.failed + (counts.excluded ?? 0) > 0;
  const verdict = isTried ? words.deliveredTo(counts) : words.nobodyRegistered(uid);
  return stored ? words.wasStored(seq.toLocaleString(locale), verdict) : verdict;
}

function groupVerdictOn({ group: _, ...counts }) {
  const isAnybodyIn = counts.delivered + counts.gone + counts.failed + counts.excluded > 0;
  return isAnybodyIn ? words.deliveredTo(counts) : words.nobodyInGroup;
}

function broadcastVerdictOn({ state, ...counts }) {
  return state === 'running' ? words.broadcastRunning(counts) : words.broadcastFinished(counts);
}

/** White space around a line break stands between two tokens: in a JSON string a line break is written `\n`. */
function oneLine(json) {
  return json.replace(/\s*\n\s*/g, ' ');
}

function shellQuoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
