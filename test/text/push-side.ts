import type { GroupPushResult, MulticastResult } from '../../protocol/push-api.ts';
import type { LineResult } from '../../protocol/push-result.ts';

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

  pushMany = async (lines: readonly Uint8Array[]): Promise<LineResult[]> => {
    const texts = lines.map((line) => Buffer.from(line).toString('latin1'));
    this.requests.push(texts);
    this.#underWay++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    this.#requestSeen();
    await this.#held;
    this.#underWay--;
    if (this.outage) throw this.outage;
    return texts.map(this.answer);
  };

  /** An envelope is a request of one line, its two joined by a space. */
  multicastLines = async (bytes: Uint8Array): Promise<MulticastResult> => {
    const line = Buffer.from(bytes).toString('latin1').trim().replace('\n', ' ');
    const [result] = await this.pushMany([Buffer.from(line, 'latin1')]);
    const { delivered, gone, failed } = { delivered: 0, gone: 0, failed: 0, ...result };
    return { uids: 1, delivered, gone, failed, offline: [], unavailable: [] };
  };

  /** A push to a group is a request of one line, its name before the message. */
  pushToGroup = async (group: string, message: Uint8Array): Promise<GroupPushResult> => {
    const [result] = await this.pushMany([Buffer.from(`${group} ${Buffer.from(message)}`)]);
    return { delivered: 0, gone: 0, failed: 0, ...result, group, excluded: 0 };
  };
}
