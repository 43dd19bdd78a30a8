import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { Random } from './random.ts';
import { restlessUids, type SoakSetting, steadyUids } from './soak-setting.ts';

/** Longer than a registration takes while things go wrong; then its answer was lost. */
const registerTimeoutMs = 30_000;

export type SocketBrowser = {
  uid: string;
  /** Registered, as far as it can know. */
  readonly isRegistered: boolean;
  /** Messages that have come, by all its connections. */
  readonly texts: number;
  /** Closes the connection for good. */
  leave(): void;
};

/** Browsers with nothing but a WebSocket, plain ones and framed ones, several for each uid. */
export function openSocketBrowsers(setting: SoakSetting): SocketBrowser[] {
  return [...steadyUids, ...restlessUids].flatMap((uid) =>
    ['plain', 'plain', 'plain', 'framed', 'framed'].map((kind, index) =>
      openBrowser(setting, uid, kind === 'framed', new Random(setting.seed, `${uid} ${index}`)),
    ),
  );
}

function openBrowser(setting: SoakSetting, uid: string, isFramed: boolean, random: Random): SocketBrowser {
  const browser = new Browser(setting, uid, isFramed, random);
  void browser.live();
  return browser;
}

class Browser implements SocketBrowser {
  readonly uid: string;
  isRegistered = false;
  texts = 0;
  readonly #setting: SoakSetting;
  readonly #isFramed: boolean;
  readonly #random: Random;
  #socket: WebSocket | undefined;
  #hasLeft = false;

  constructor(setting: SoakSetting, uid: string, isFramed: boolean, random: Random) {
    this.uid = uid;
    this.#setting = setting;
    this.#isFramed = isFramed;
    this.#random = random;
  }

  leave(): void {
    this.#hasLeft = true;
    this.#socket?.close();
  }

  /** One connection after the other. */
  async live(): Promise<void> {
    for (let failures = 0; !this.#hasLeft; failures++) {
      await this.#connectOnce();
      // Without this, all browsers that lose their connections together keep the functions too busy to register any.
      if (this.isRegistered) failures = 0;
      this.isRegistered = false;
      await sleep(this.#random.between(50, 500) * 2 ** Math.min(failures, 4));
    }
  }

  async #connectOnce(): Promise<void> {
    const socket = new WebSocket(this.#setting.webSocketUrl);
    const openedAt = Date.now();
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('open', () => {
      socket.send(this.#isFramed ? JSON.stringify({ action: 'register', uid: this.uid }) : this.uid);
      // A plain browser receives no answer when all is well.
      this.isRegistered = !this.#isFramed;
    });
    socket.on('message', (data) => this.#receive(socket, data.toString()));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const giveUp = setTimeout(() => {
      if (!this.isRegistered) socket.terminate();
    }, registerTimeoutMs);
    void this.#misbehave(socket);
    await closed;
    clearTimeout(giveUp);
    const { books } = this.#setting;
    if (!steadyUids.includes(this.uid)) books.ended.push({ uid: this.uid, openedAt, endedAt: Date.now() });
  }

  #receive(socket: WebSocket, text: string): void {
    if (text.includes('"name":"m')) {
      this.texts += 1;
      this.#setting.books.receive(this.uid, text);
      return;
    }
    const { type } = JSON.parse(text) as { type?: string };
    if (type === 'registered') this.isRegistered = true;
    // Also API Gateway's own error, which has no type: the registration has failed.
    else if (type !== 'pong') socket.close();
  }

  /** Reads late, and where the uid is a restless one dies without a word. */
  async #misbehave(socket: WebSocket): Promise<void> {
    const { books } = this.#setting;
    const isRestless = restlessUids.includes(this.uid);
    while (socket.readyState !== WebSocket.CLOSED && !this.#setting.isEnding) {
      await sleep(this.#random.between(500, 1_500));
      if (socket.readyState !== WebSocket.OPEN || this.#setting.isEnding) continue;
      if (this.#isFramed && this.#random.happens(0.1)) socket.send('{"action":"ping"}');
      if (this.#random.happens(0.01)) {
        books.fault('browser reads late');
        socket.pause();
        await sleep(this.#random.between(100, 3_000));
        socket.resume();
      } else if (isRestless && this.#random.happens(0.02)) {
        books.fault('browser socket killed');
        socket.terminate();
      }
    }
  }
}
