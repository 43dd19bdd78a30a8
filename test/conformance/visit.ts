import { randomUUID } from 'node:crypto';
import type { Presence } from '../../protocol/answers/presence.ts';
import { Browser, type JsonObject } from './browser.ts';
import type { Deployment } from './deployment.ts';
import { type Claims, credentialOf, registerFrameOf } from './identity.ts';
import { expectEqual } from './mismatch.ts';
import { eventually } from './within.ts';

/** Prefix of all uids of the suite, which shows where they came from. */
const uidPrefix = 'conformance-';

/** What a page calls itself, and what its token names, where it has one. */
type Page = { device?: string } & Claims;

/** What one check does at a deployment. Its uids are its own; nothing of it is left when it has ended. */
export class Visit {
  readonly deployment: Deployment;
  readonly #browsers: Browser[] = [];
  readonly #uids: string[] = [];
  readonly #groups: string[] = [];

  constructor(deployment: Deployment) {
    this.deployment = deployment;
  }

  /**
   * A uid that nobody else has and that a browser can register as. With a token that was given there is only its own:
   * that waits until nobody is registered as it.
   */
  async newUid(suffix = ''): Promise<string> {
    const { identity } = this.deployment;
    if (identity.kind !== 'given') return this.#own(uidPrefix + randomUUID() + suffix);
    await this.presence(identity.uid, 0);
    return identity.uid;
  }

  /** A uid that nobody has, not even with a token. */
  nobody(): string {
    return uidPrefix + randomUUID();
  }

  /** A group that nobody is in; at the end of the visit it is deleted. */
  newGroup(): string {
    const group = uidPrefix + randomUUID();
    this.#groups.push(group);
    return group;
  }

  /** Registers `uid` for the end of the visit, when its connections are closed. */
  own(uid: string): string {
    return this.#own(uid);
  }

  /** A socket that has said nothing. */
  async socket(origin: string | undefined = this.deployment.origin): Promise<Browser> {
    const { webSocketUrl, connectTo } = this.deployment;
    return this.#opened(await Browser.connect(webSocketUrl, { origin, connectTo }));
  }

  /** A socket by another address of the API. */
  async socketBy(address: string): Promise<Browser> {
    return this.#opened(await Browser.connect(address, { origin: this.deployment.origin }));
  }

  #opened(browser: Browser): Browser {
    this.#browsers.push(browser);
    return browser;
  }

  /** A plain socket that is registered as `uid`, besides those that are. */
  async plain(uid: string): Promise<Browser> {
    const before = await this.presence(uid);
    const browser = await this.socket();
    browser.send(await this.credential(uid));
    const isNew = ({ id }: { id: string }) => before.connections.every((old) => old.id !== id);
    await eventually(
      'a plain socket to be registered',
      () => this.presence(uid),
      ({ connections }) => connections.some(isNew),
    );
    return browser;
  }

  /** A framed socket that is registered as `uid`, and the frame that says so. */
  async framed(
    uid: string,
    since?: number,
    page: Page = {},
  ): Promise<{ browser: Browser; registered: JsonObject }> {
    const browser = await this.socket();
    browser.send(await this.registerFrame(uid, since, page));
    const registered = await browser.nextFrame();
    expectEqual('the type of the answer to register', registered.type, 'registered');
    return { browser, registered };
  }

  credential(uid: string, claims?: Claims): Promise<string> {
    return credentialOf(this.deployment.identity, uid, claims);
  }

  async registerFrame(uid: string, since?: number, { device, ...claims }: Page = {}): Promise<string> {
    return registerFrameOf(this.deployment.identity, await this.credential(uid, claims), since, device);
  }

  /** Who is there; with `connections`, once there are so many. */
  presence(uid: string, connections?: number): Promise<Presence> {
    const ask = () => this.deployment.client.online(uid);
    if (connections === undefined) return ask();
    return eventually(
      `${connections} connections of the uid`,
      ask,
      (presence) => presence.connections.length === connections,
    );
  }

  /**
   * Closes every socket, and whatever else is registered as the uids, and empties the groups: `$disconnect` is best
   * effort. What can't be
   * reached now expires by itself within hours. A uid that was given is somebody's own: only the suite's sockets are
   * closed.
   */
  async end(): Promise<void> {
    for (const browser of this.#browsers) browser.kill();
    const { client } = this.deployment;
    await Promise.allSettled([
      ...this.#uids.map((uid) => client.disconnect(uid)),
      ...this.#groups.map((group) => client.groups.clear(group)),
    ]);
  }

  #own(uid: string): string {
    this.#uids.push(uid);
    return uid;
  }
}
