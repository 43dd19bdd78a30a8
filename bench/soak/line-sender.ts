import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageText } from './books.ts';
import { SENDER_FAULTS } from './faults.ts';
import type { Random } from './random.ts';
import { allUids, comesTrue, type SoakSetting } from './soak-setting.ts';
import { SENDER_WINDOW } from './verdicts.ts';

/** How a sender treats one of its connections. */
type Manner = 'steady' | (typeof SENDER_FAULTS)[number];

/** Longer than the service may need for what it has accepted. */
const answerTimeoutMs = 75_000;

/**
 * A program that sends lines, over one connection after the other, until the load ends and all its answers have come.
 * The first `SENDER_FAULTS.length` senders begin with one of these each.
 */
export async function sendLines(setting: SoakSetting, index: number, random: Random): Promise<void> {
  let manner: Manner = SENDER_FAULTS[index] ?? 'steady';
  while (!setting.isEnding) {
    const connection = await LineConnection.open(setting);
    if (connection) {
      await connection.use(manner, random);
      manner = random.happens(0.4) ? 'steady' : random.of(SENDER_FAULTS);
    } else {
      await sleep(random.between(50, 200));
    }
  }
}

class LineConnection {
  readonly #setting: SoakSetting;
  readonly #socket: Socket;
  /** The names of the lines without an answer, in order. */
  readonly #underWay: string[] = [];
  #received = '';
  #isLeaving = false;
  #isClosed = false;

  /** Resolves to `undefined` while nothing listens. */
  static async open(setting: SoakSetting): Promise<LineConnection | undefined> {
    const socket = connect({
      port: setting.textPort,
      host: '127.0.0.1',
      noDelay: true,
      allowHalfOpen: true,
    });
    try {
      await once(socket, 'connect');
      return new LineConnection(setting, socket);
    } catch {
      return undefined;
    }
  }

  private constructor(setting: SoakSetting, socket: Socket) {
    this.#setting = setting;
    this.#socket = socket;
    socket.on('data', (chunk) => this.#read(chunk.toString()));
    socket.on('end', () => socket.end());
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#isClosed = true;
      if (this.#underWay.length === 0) return;
      setting.books.lose(this.#underWay, this.#isLeaving ? 'sender-left' : 'service-ended', Date.now());
    });
  }

  /** Sends for a while, waits for its answers, and leaves. */
  async use(manner: Manner, random: Random): Promise<void> {
    if (manner !== 'steady') this.#setting.books.fault(manner);
    const readsAtTheEnd = manner === 'sender reads at the end';
    if (readsAtTheEnd) this.#socket.pause();
    for (let bursts = random.between(5, 60); bursts > 0 && this.#mayWrite; bursts--) {
      await this.#sendBurst(random, manner === 'sender writes byte by byte');
      if (manner === 'sender reads late' && random.happens(0.1)) await this.#readLate(random);
      await sleep(random.between(20, 200));
      if (readsAtTheEnd && this.#underWay.length >= SENDER_WINDOW) break;
    }
    if (readsAtTheEnd) {
      await sleep(random.between(500, 3_000));
      this.#socket.resume();
    }
    if (manner === 'sender resets') {
      this.#isLeaving = true;
      this.#socket.resetAndDestroy();
    }
    if (manner === 'sender ends its side') this.#socket.end();
    await comesTrue(() => this.#isClosed || this.#underWay.length === 0, answerTimeoutMs);
    this.#socket.end();
    await comesTrue(() => this.#isClosed, answerTimeoutMs);
  }

  get #mayWrite(): boolean {
    return !this.#isClosed && this.#socket.writable && !this.#setting.isEnding;
  }

  async #sendBurst(random: Random, byteByByte: boolean): Promise<void> {
    const room = SENDER_WINDOW - this.#underWay.length;
    for (let count = Math.min(room, random.between(1, 4)); count > 0 && this.#mayWrite; count--) {
      const line = Buffer.from(`${this.#nextLine(random)}\n`);
      if (!byteByByte) {
        this.#socket.write(line);
        continue;
      }
      for (const byte of line) {
        this.#socket.write(Uint8Array.of(byte));
        await new Promise(setImmediate);
      }
    }
  }

  /** A message, or now and then what is none; in the books before it is written. */
  #nextLine(random: Random): string {
    const { books } = this.#setting;
    const name = books.nextName();
    const uid = random.of(allUids);
    const whole = messageText(
      uid,
      name,
      random.happens(0.02) ? random.between(1_000, 20_000) : random.between(0, 100),
    );
    const isBad = random.happens(0.03);
    const text = isBad ? whole.slice(0, -1) : whole;
    books.send(name, { way: 'line', uid, text }, Date.now(), isBad);
    this.#underWay.push(name);
    return text;
  }

  async #readLate(random: Random): Promise<void> {
    this.#socket.pause();
    await sleep(random.between(100, 1_500));
    this.#socket.resume();
  }

  #read(text: string): void {
    const answers = (this.#received + text).split('\n');
    this.#received = answers.pop() ?? '';
    for (const answer of answers) {
      const name = this.#underWay.shift();
      if (name === undefined || !(answer === 'ok' || answer === 'fail'))
        this.#setting.books.surplusAnswers += 1;
      else this.#setting.books.tell(name, answer === 'ok' ? 'accepted' : 'not-accepted', Date.now());
    }
  }
}
