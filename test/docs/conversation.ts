import { SignJWT, UnsecuredJWT } from 'jose';
import { expect } from 'vitest';
import type { Presence } from '../../protocol/answers/presence.ts';
import { patience, type RunningStack } from '../e2e/running-stack.ts';
import { PresenceEvents } from '../support/presence-events.ts';
import { QueueingClient } from '../support/queueing-client.ts';
import type { Sender } from '../text/sender.ts';
import type { Step } from './protocol-examples.ts';

/** Plays the parts of an example against a running stack. */
export class Conversation {
  readonly #stack: RunningStack;
  readonly #browsers = new Map<string, QueueingClient>();
  readonly #programs = new Map<string, Sender>();
  #events: PresenceEvents | undefined;
  #multicast = '';
  #request: { method: string; path: string; options: RequestInit } | undefined;

  constructor(stack: RunningStack) {
    this.#stack = stack;
  }

  async play({ who, sign, text }: Step): Promise<void> {
    if (sign === '✕') {
      expect((await (await this.#browser(who)).closed).code).toBe(Number(text));
    } else if (sign === '→') {
      await this.#send(who, await this.#filledIn(await this.#withIds(text)));
    } else {
      await this.#expect(who, pattern(text));
    }
  }

  /** What came that the example does not tell of. */
  get unexpected(): string[] {
    return Array.from(this.#browsers.values()).flatMap(({ waiting }) => waiting);
  }

  /** Closes every connection. */
  async end(): Promise<void> {
    await Promise.all(Array.from(this.#browsers.values(), (browser) => browser.close()));
    await expect.poll(() => this.#stack.json('GET', 'uids'), patience).toEqual({ uids: [] });
  }

  async #send(who: string, text: string): Promise<void> {
    if (who.endsWith('browser')) (await this.#browser(who)).send(text);
    else if (who.endsWith('program')) (await this.#program(who)).send(text);
    else this.#request = requestOf(text);
  }

  async #expect(who: string, expected: RegExp): Promise<void> {
    if (who === 'queue') {
      expect(await this.#nextEvent()).toMatch(expected);
    } else if (who.endsWith('browser')) {
      expect(await (await this.#browser(who)).next()).toMatch(expected);
    } else if (who.endsWith('program')) {
      const [answer] = await (await this.#program(who)).answers(1);
      expect(`${answer}\n`).toMatch(expected);
    } else if (this.#request?.method === 'GET') {
      // A plain socket receives nothing when it is registered, and what was closed is forgotten a moment later.
      await expect.poll(() => this.#answer(), patience).toMatch(expected);
    } else {
      expect(await this.#answer()).toMatch(expected);
    }
  }

  /** The oldest event of presence that was not received yet, as it came. */
  async #nextEvent(): Promise<string> {
    this.#events ??= new PresenceEvents(this.#stack.stack.outputs.PresenceQueueUrl ?? '');
    const events = this.#events;
    let body: string | undefined;
    await expect.poll(async () => (body = await events.next()), patience).toBeDefined();
    return body ?? '';
  }

  async #answer(): Promise<string> {
    if (!this.#request) throw new Error('An answer to nothing.');
    const { method, path, options } = this.#request;
    const response = await this.#stack.request(method, path, options);
    const body = await response.text();
    this.#multicast = /"multicast":"([^"]+)"/.exec(body)?.[1] ?? this.#multicast;
    return `${response.status} ${body}`;
  }

  async #browser(who: string): Promise<QueueingClient> {
    const known = this.#browsers.get(who);
    if (known) return known;
    const browser = await QueueingClient.connect(this.#stack.stack.outputs.WebSocketUrl);
    this.#browsers.set(who, browser);
    return browser;
  }

  async #program(who: string): Promise<Sender> {
    const known = this.#programs.get(who);
    if (known) return known;
    const program = await this.#stack.sender();
    this.#programs.set(who, program);
    return program;
  }

  /**
   * `⏎` is a line's ending, `<9 characters>` are so many, `<text secret>` is one, and `<JWT {…}>` is a token with these
   * claims.
   */
  async #filledIn(text: string): Promise<string> {
    const [before = '', claims, secret, after = ''] = text.split(/<JWT (\{.*?\})(?: signed (.+?))?>/);
    const token = claims === undefined ? '' : await this.#token(claims, secret);
    return `${before}${token}${after}`
      .replaceAll('⏎', '\n')
      .replaceAll('<text secret>', () => this.#secretValue('TextSecretName'))
      .replaceAll(/<([\d,]+) characters>/g, (_, count: string) =>
        'x'.repeat(Number(count.replaceAll(',', ''))),
      );
  }

  /** `<id of u1>` is the id of a connection of `u1`, `<multicast>` that of the last multicast. */
  async #withIds(source: string): Promise<string> {
    const text = source.replaceAll('<multicast>', this.#multicast);
    const [before = '', uid, after = ''] = text.split(/<id of (\w+)>/);
    if (uid === undefined) return text;
    const { connections } = await this.#stack.json<Presence>('GET', `uids/${uid}`);
    return `${before}${encodeURIComponent(connections[0]?.id ?? '')}${after}`;
  }

  #secretValue(output: 'TextSecretName' | 'TokenSecretName'): string {
    const { outputs, secretValue } = this.#stack.stack;
    return secretValue(outputs[output] ?? '');
  }

  #token(source: string, signed = 'with the secret'): Promise<string> | string {
    const now = Math.floor(Date.now() / 1_000);
    const sum = (_: string, sign: string, seconds: string) => String(now + Number(sign + seconds));
    const claims = JSON.parse(source.replaceAll(/now ([+-]) (\d+)/g, sum));
    if (signed === 'by nobody') return new UnsecuredJWT(claims).encode();
    const secrets: Record<string, string> = {
      'with the secret': this.#secretValue('TokenSecretName'),
      'with another secret': 'another-secret-that-is-long-enough-for-HS256',
    };
    const secret = secrets[signed];
    if (secret === undefined) throw new Error(`Nothing is signed ${signed}.`);
    return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
  }
}

/** `POST /push application/x-ndjson body`; the type may be left out. */
function requestOf(text: string): { method: string; path: string; options: RequestInit } {
  const match = /^([A-Z]+) \/(\S*)(?: ([\w-]+): (\S+))?(?: ((?:application|text)\/\S+))?(?: (.*))?$/s.exec(
    text,
  );
  if (!match) throw new Error(`No request: ${text}`);
  const [, method = '', path = '', header, value = '', type, body] = match;
  const headers = {
    ...(header !== undefined && { [header]: value }),
    ...(type !== undefined && { 'content-type': type }),
  };
  return { method, path, options: { headers, ...(body === undefined ? {} : { body }) } };
}

/** `…` stands for anything. */
function pattern(text: string): RegExp {
  const parts = text.replaceAll('⏎', '\n').split('…');
  return new RegExp(
    `^${parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*')}$`,
    's',
  );
}
