import { broadcast, messageText, push } from './push.js';

/**
 * Pushes what is typed to one uid or to everyone, as a backend would, and says in words and numbers what became of it.
 */
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
      if (event.submitter?.value === 'broadcast') void this.#run(() => this.#broadcast());
      else void this.#run(() => this.#push());
    });
    form.elements.message.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    this.#showCommands();
  }

  /** Addresses the form to a uid. */
  address(uid) {
    this.#part('push').elements.uid.value = uid;
    this.#showCommands();
  }

  get #message() {
    const { uid, message } = this.#part('push').elements;
    return messageText(uid.value, message.value);
  }

  /** Seconds; 0: not stored. */
  get #ttl() {
    return Number(this.#part('push').elements.ttl.value);
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
    const answer = await push(this.#addresses.PushUrl, this.#message, this.#ttl);
    this.#showAnswer(answer, verdictOn(answer), performance.now() - start);
  }

  async #broadcast() {
    const start = performance.now();
    const text = this.#part('push').elements.message.value.trim();
    for await (const answer of broadcast(this.#addresses.PushUrl, text)) {
      this.#showAnswer(answer, broadcastVerdictOn(answer), performance.now() - start);
    }
  }

  #showAnswer(answer, verdict, milliseconds) {
    this.#part('answer').dataset.state = stateOf(answer);
    this.#part('verdict').textContent = answer.trouble ?? verdict;
    for (const count of ['delivered', 'gone', 'failed']) {
      this.#part(count).textContent = answer[count] ?? '–';
    }
    this.#part('took').textContent = `${Math.round(milliseconds)} ms`;
  }

  #showCommands() {
    const { PushUrl, TextEndpoint } = this.#addresses;
    const message = this.#message;
    const ttl = this.#ttl > 0 ? ` -H 'TTL: ${this.#ttl}'` : '';
    this.#part('curl').textContent = PushUrl
      ? `curl -H 'content-type: application/json'${ttl} \\\n  -d ${shellQuoted(message)} \\\n  ${PushUrl}push`
      : 'This page does not know the push URL.';
    this.#part('nc').textContent = TextEndpoint
      ? `printf '%s\\n' ${shellQuoted(oneLine(message))} \\\n  | nc -q1 ${TextEndpoint.replace(':', ' ')}`
      : 'This stack has no text endpoint.';
  }
}

function stateOf({ trouble, delivered, gone, failed, stored }) {
  if (trouble) return 'trouble';
  if (stored) return 'good';
  if (failed > 0) return 'bad';
  return delivered > 0 && gone === 0 ? 'good' : 'mixed';
}

function verdictOn({ uid, delivered, gone, failed, stored, seq }) {
  const isTried = delivered + gone + failed > 0;
  const verdict = isTried ? deliveredTo({ delivered, gone, failed }) : `Nobody is registered as ${uid}`;
  return stored ? `Stored as ${seq.toLocaleString()}. ${verdict}.` : `${verdict}.`;
}

function broadcastVerdictOn({ state, ...counts }) {
  return state === 'running'
    ? `${deliveredTo(counts)} so far …`
    : `Broadcast finished. ${deliveredTo(counts)}.`;
}

function deliveredTo({ delivered, gone, failed }) {
  const parts = [`Delivered to ${counted(delivered)}`];
  if (gone > 0) parts.push(`${counted(gone)} had gone`);
  if (failed > 0) parts.push(`${counted(failed)} could not be reached`);
  return parts.join('; ');
}

function counted(count) {
  if (count === 0) return 'no connection';
  return count === 1 ? '1 connection' : `${count} connections`;
}

/** White space around a line break stands between two tokens: in a JSON string a line break is written `\n`. */
function oneLine(json) {
  return json.replace(/\s*\n\s*/g, ' ');
}

function shellQuoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
