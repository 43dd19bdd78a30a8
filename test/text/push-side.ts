import type { SendRequest } from '../../client/backend/send-request.ts';
import type { LineResult } from '../../protocol/answers/push.ts';

type Answer = (line: string) => LineResult;

export const delivered: Answer = () => ({ uid: 'u1', delivered: 1, gone: 0, failed: 0 });
export const toNobody: Answer = () => ({ uid: 'u1', delivered: 0, gone: 0, failed: 0 });

/** The push side in the test's hands: remembers the lines of each request, and answers at once unless it is held. */
export class PushSide {
  readonly requests: string[][] = [];
  /** How many requests were under way at the same time, at most. */
  mostAtOnce = 0;
  answer: Answer;
  /** When set, requests fail with it. */
  outage: Error | undefined;
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

  /** The push URL. An envelope is a request of one line: its two, or its group and its message, joined by a space. */
  sendRequest: SendRequest = async ({ path, body }) => {
    const text = Buffer.from(body?.bytes ?? []).toString('latin1');
    const [, group] = /^groups\/([^/]+)\/push$/.exec(path) ?? [];
    if (group !== undefined) {
      const [result] = await this.#push([`${decodeURIComponent(group)} ${text}`]);
      return json({ delivered: 0, gone: 0, failed: 0, ...result, group, excluded: 0 });
    }
    const lines = text.trimEnd().split('\n');
    if (path === 'push') return ndjson(await this.#push(lines));
    const [result] = await this.#push([lines.join(' ')]);
    const { delivered, gone, failed } = { delivered: 0, gone: 0, failed: 0, ...result };
    return json({ uids: 1, delivered, gone, failed, offline: [], unavailable: [] });
  };

  async #push(lines: string[]): Promise<LineResult[]> {
    this.requests.push(lines);
    this.#underWay++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    this.#requestSeen();
    await this.#held;
    this.#underWay--;
    if (this.outage) throw this.outage;
    return lines.map(this.answer);
  }
}

function ndjson(results: readonly object[]): Uint8Array {
  return Buffer.from(results.map((result) => `${JSON.stringify(result)}\n`).join(''));
}

function json(answer: object): Uint8Array {
  return ndjson([answer]);
}
