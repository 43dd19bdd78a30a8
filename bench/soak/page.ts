import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type Connection, connect } from '../../client/browser/index.ts';
import { nameIn, type Shown } from './books.ts';
import { Random } from './random.ts';
import { pageUids, type SoakSetting } from './soak-setting.ts';

export type Page = { connection: Connection; shown: Shown };

/** In place of five minutes: the time for which a message is missed whose post was lost as the last one. */
const heartbeatMs = 3_000;

/** Pages with the real client, two for each uid, that remember what they have shown. */
export function openPages(setting: SoakSetting): Page[] {
  return pageUids.flatMap((uid) => ['a', 'b'].map((kind) => openPage(setting, uid, kind)));
}

function openPage(setting: SoakSetting, uid: string, kind: string): Page {
  const sockets = new Set<WebSocket>();
  class WatchedWebSocket extends WebSocket {
    constructor(url: string) {
      super(url);
      const openedAt = Date.now();
      sockets.add(this);
      this.on('close', () => {
        sockets.delete(this);
        setting.books.ended.push({ uid, openedAt, endedAt: Date.now() });
      });
    }
  }
  const shown: Shown = { uid, messages: [], gaps: 0 };
  setting.books.shown.push(shown);
  const connection = connect({
    url: setting.webSocketUrl,
    identity: 'claimed',
    credential: () => uid,
    heartbeatMs,
    WebSocket: WatchedWebSocket,
    storage: memory(),
  });
  connection.onmessage = ({ text, seq }) => {
    setting.books.receive(uid, text);
    if (seq !== undefined) shown.messages.push({ name: nameIn(text) ?? '', seq });
  };
  connection.ongap = () => {
    shown.gaps += 1;
  };
  void killNowAndThen(setting, sockets, new Random(setting.seed, `${uid} ${kind}`));
  return { connection, shown };
}

function memory(): { getItem(key: string): string | null; setItem(key: string, value: string): void } {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
  };
}

async function killNowAndThen(
  setting: SoakSetting,
  sockets: ReadonlySet<WebSocket>,
  random: Random,
): Promise<void> {
  while (!setting.isEnding) {
    await sleep(random.between(500, 1_500));
    if (setting.isEnding || sockets.size === 0 || !random.happens(0.03)) continue;
    setting.books.fault('page socket killed');
    for (const socket of sockets) socket.terminate();
  }
}
