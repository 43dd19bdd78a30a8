import { setImmediate } from 'node:timers/promises';
import { clientOptionsOf } from '../../client/backend/client-options.ts';
import { HttpClient } from '../../client/backend/http-client.ts';
import type { LineResult } from '../../protocol/answers/push.ts';

type Answer = (line: string) => LineResult;

export const delivered: Answer = () => ({ uid: 'u1', delivered: 1, gone: 0, failed: 0 });
export const toNobody: Answer = () => ({ uid: 'u1', delivered: 0, gone: 0, failed: 0 });

/** The push URL in the test's hands: remembers the lines of each request, and answers at once unless it is held. */
export class PushSide {
  readonly requests: string[][] = [];
  /** How many requests were under way at the same time, at most. */
  mostAtOnce = 0;
  answer: Answer;
  /** When set, it answers requests in place of the results. */
  outage: (() => Promise<Response>) | undefined;
  /** When set, the client itself fails with it. */
  fault: Error | undefined;
  /** The service's client of it. */
  readonly http = new HttpClient(
    clientOptionsOf({
      url: 'https://push.example/',
      fetch: async (url: URL, { body }: RequestInit) => {
        const results = await this.#answerTo(url, body);
        return this.outage ? this.outage() : results;
      },
      now: () => this.#now(),
    }),
  );
  #underWay = 0;
  #held: Promise<void> | undefined;
  #release: () => void = () => {};
  #requestSeen: () => void = () => {};

  constructor(answer: Answer = delivered) {
    this.answer = answer;
  }

  get lines(): string[] {
    return this.requests.flat();
  }

  hold(): void {
    this.#held = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  release(): void {
    this.#held = undefined;
    this.#release();
  }

  /** Resolves once `count` requests have come. */
  async received(count: number): Promise<void> {
    while (this.requests.length < count) {
      await new Promise<void>((resolve) => {
        this.#requestSeen = resolve;
      });
    }
  }

  /** An envelope is a request of one line: its two, or its group and its message, joined by a space. */
  async #answerTo({ pathname }: URL, body: RequestInit['body']): Promise<Response> {
    if (!(body instanceof Uint8Array)) throw new Error('The request has no bytes.');
    const text = Buffer.from(body).toString('latin1');
    const [, group] = /^\/groups\/([^/]+)\/push$/.exec(pathname) ?? [];
    if (group !== undefined) {
      const [result] = await this.#push([`${decodeURIComponent(group)} ${text}`]);
      return json({ delivered: 0, gone: 0, failed: 0, ...result, group, excluded: 0 });
    }
    const lines = text.trimEnd().split('\n');
    if (pathname === '/push') return ndjson(await this.#push(lines));
    const [result] = await this.#push([lines.join(' ')]);
    const { delivered, gone, failed } = { delivered: 0, gone: 0, failed: 0, ...result };
    return json({ uids: 1, delivered, gone, failed, offline: [], unavailable: [] });
  }

  #now(): number {
    if (this.fault) throw this.fault;
    return Date.now();
  }

  async #push(lines: string[]): Promise<LineResult[]> {
    this.requests.push(lines);
    this.#underWay++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    this.#requestSeen();
    await this.#held;
    // No answer comes in the same turn of the event loop as its request.
    await setImmediate();
    this.#underWay--;
    return lines.map(this.answer);
  }
}

function ndjson(results: readonly object[]): Response {
  return new Response(results.map((result) => `${JSON.stringify(result)}\n`).join(''));
}

function json(answer: object): Response {
  return ndjson([answer]);
}
