import { onTestFinished } from 'vitest';
import { connectIn } from '../../../client/browser/connect.ts';
import type { Environment } from '../../../client/browser/environment.ts';
import type { SeenStorage } from '../../../client/browser/last-seen.ts';
import type {
  Connection,
  ConnectOptions,
  GroupState,
  Message,
  Status,
} from '../../../client/browser/options.ts';
import type { Presence, WatchRefused } from '../../../client/browser/presence.ts';
import type { Tab } from '../../../client/browser/tab.ts';
import { type FakeWebSocket, fakeWebSockets } from './fake-websocket.ts';
import { aTab, MemoryStorage } from './memory-storage.ts';
import { SleepyClock } from './sleepy-clock.ts';
import { tokenOf } from './token-of.ts';

export const minute = 60_000;
export const hour = 60 * minute;

/** It does not say whose it is. */
export const aToken = tokenOf({});

/** Knows how many listen to it. */
class CountingTarget extends EventTarget {
  readonly #listeners = new Set<unknown>();

  get listeners(): number {
    return this.#listeners.size;
  }

  override addEventListener(...listener: Parameters<EventTarget['addEventListener']>): void {
    this.#listeners.add(listener[1]);
    super.addEventListener(...listener);
  }

  override removeEventListener(...listener: Parameters<EventTarget['removeEventListener']>): void {
    this.#listeners.delete(listener[1]);
    super.removeEventListener(...listener);
  }
}

class FakeDocument extends CountingTarget {
  visibilityState: DocumentVisibilityState = 'visible';
}

type Registered = { uid?: string; lifeMs?: number; credentialMs?: number; latest?: number };

type SettingOptions = Partial<ConnectOptions> & { tab?: Tab };

/** A page with a connection, in a world that the test moves. */
export class Setting {
  readonly clock = new SleepyClock();
  readonly page = Object.assign(new CountingTarget(), { document: new FakeDocument() });
  readonly statuses: Status[] = [];
  readonly messages: Message[] = [];
  /** What `ongroup` has received. */
  readonly groups: GroupState[] = [];
  /** What `onpresence` has received. */
  readonly presences: Presence[] = [];
  readonly watchRefusals: WatchRefused[] = [];
  /** The numbers of the stored messages that were shown, and the gaps between them, in order. */
  readonly told: (number | 'gap')[] = [];
  readonly reported: unknown[] = [];
  readonly connection: Connection;
  readonly storage: SeenStorage;
  readonly sockets: FakeWebSocket[];
  /** What the next random number is. */
  random = 0.5;

  constructor({ tab = aTab(), ...options }: SettingOptions = {}) {
    this.storage = options.storage ?? new MemoryStorage();
    const { sockets, WebSocket } = fakeWebSockets();
    this.sockets = sockets;
    const environment: Environment = {
      WebSocket,
      clock: this.clock,
      random: () => this.random,
      page: this.page,
      storage: this.storage,
      tab,
      reportError: (error) => this.reported.push(error),
    };
    this.connection = connectIn(environment, {
      url: 'wss://push.test/live',
      credential: () => aToken,
      ...options,
    });
    this.connection.onstatus = (status) => this.statuses.push(status);
    this.connection.onmessage = (message) => {
      this.messages.push(message);
      if (message.seq !== undefined) this.told.push(message.seq);
    };
    this.connection.ongroup = (state) => this.groups.push(state);
    this.connection.onpresence = (presence) => this.presences.push(presence);
    this.connection.onwatchrefused = (refused) => this.watchRefusals.push(refused);
    this.connection.ongap = () => this.told.push('gap');
    onTestFinished(() => this.connection.close());
  }

  /** The newest socket. */
  get socket(): FakeWebSocket {
    return this.sockets.at(-1)!;
  }

  get states(): string[] {
    return this.statuses.map(({ state }) => state);
  }

  get texts(): string[] {
    return this.messages.map(({ text }) => text);
  }

  pass(milliseconds: number, step?: number): Promise<void> {
    return this.clock.pass(milliseconds, step);
  }

  /** Until the newest socket is there and was accepted. */
  async opened(): Promise<void> {
    await this.pass(0);
    this.socket.open();
  }

  /** The service's answer on the newest socket. By default the connection lives for 2 hours, the credential longer. */
  register({ uid = 'alice', lifeMs = 2 * hour, credentialMs = 24 * hour, latest }: Registered = {}): void {
    this.socket.receive({
      type: 'registered',
      uid,
      connectionId: `connection-${this.sockets.length}`,
      now: this.clock.now(),
      latest,
      connectionExpiresAt: this.clock.now() + lifeMs,
      credentialExpiresAt: this.clock.now() + credentialMs,
    });
  }

  async registered(life?: Registered): Promise<void> {
    await this.opened();
    this.register(life);
  }

  goOffline(): void {
    this.page.dispatchEvent(new Event('offline'));
  }

  goOnline(): void {
    this.page.dispatchEvent(new Event('online'));
  }

  show(visibilityState: DocumentVisibilityState): void {
    this.page.document.visibilityState = visibilityState;
    this.page.document.dispatchEvent(new Event('visibilitychange'));
  }
}

export function message(id: string, data: unknown = { uid: 'alice', id }): object {
  return { type: 'message', id, data };
}

export function stored(seq: number, id = `push-${seq}`): object {
  return { type: 'message', id, seq, data: { uid: 'alice', seq } };
}

export function replayed(through: number, latest: number, gap?: true): object {
  return { type: 'replayed', through, latest, gap };
}

/** A page of one browser, registered as alice, whose stored messages so far are known and shown. */
export async function pageOfAlice(options: SettingOptions = {}, latest = 0): Promise<Setting> {
  const setting = new Setting({ identity: 'claimed', credential: () => 'alice', ...options });
  await setting.registered({ latest });
  return setting;
}
