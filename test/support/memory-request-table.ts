import type { KeyedRequest, RequestTable } from '../../lambda/idempotency/request-table.ts';
import type { PushResult } from '../../protocol/answers/push.ts';
import { IDEMPOTENCY_SECONDS } from '../../protocol/limits.ts';

/** A table of requests in memory: each operation is atomic, as a single-item operation of DynamoDB is. */
export class MemoryRequestTable<Answer extends object = PushResult> implements RequestTable<Answer> {
  readonly #requests = new Map<string, KeyedRequest<Answer> & { expiresAt: number }>();

  async begin(name: string, request: KeyedRequest<Answer>): Promise<boolean> {
    const { startedAt } = request;
    if (this.#find(name, startedAt)) return false;
    this.#requests.set(name, { ...request, expiresAt: startedAt + IDEMPOTENCY_SECONDS * 1_000 });
    return true;
  }

  async requestOf(name: string, now: number): Promise<KeyedRequest<Answer> | undefined> {
    return this.#find(name, now);
  }

  async takeOver(name: string, from: number, startedAt: number): Promise<boolean> {
    return this.#update(name, from, { startedAt });
  }

  async recordAttempt(name: string, startedAt: number, seq: number): Promise<void> {
    if (!this.#update(name, startedAt, { triedSeq: seq })) throw new Error('taken over');
  }

  async finish(name: string, startedAt: number, answer: Answer): Promise<void> {
    this.#update(name, startedAt, { answer: { ...answer } });
  }

  async release(name: string, startedAt: number, mayBeDone: boolean): Promise<void> {
    this.#update(name, startedAt, { startedAt: 0, ...(mayBeDone && { mayBeDone: true }) });
  }

  #find(name: string, now: number): KeyedRequest<Answer> | undefined {
    const found = this.#requests.get(name);
    if (found === undefined || found.expiresAt <= now) return undefined;
    const { expiresAt: _, ...request } = found;
    return request;
  }

  #update(name: string, owner: number, change: Partial<KeyedRequest<Answer>>): boolean {
    const request = this.#requests.get(name);
    if (request?.startedAt !== owner || request.answer) return false;
    this.#requests.set(name, { ...request, ...change });
    return true;
  }
}
