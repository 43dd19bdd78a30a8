import { expect } from 'vitest';
import type { ClientOptions } from 'ws';
import type { Calls } from '../../bench/cost/calls.ts';
import { patience, type RunningStack, runStack, type StackOptions } from '../e2e/running-stack.ts';
import { QueueingClient } from '../support/queueing-client.ts';
import { CallCounter } from './call-counter.ts';

/** A local stack, for the tests of one file, that counts what AWS would be asked for. */
export class CountedStack {
  readonly stack: RunningStack;
  /** Browsers stay until the stack stops: closing them would be counted in some later test. */
  readonly online: QueueingClient[] = [];
  readonly #counter = new CallCounter();

  constructor(options: StackOptions = {}) {
    this.stack = runStack({ ...options, onActivity: this.#counter.count });
  }

  /** Does something, and expects that AWS is asked for exactly this; where AWS decides an order, for one of several. */
  async expectCalls(act: () => Promise<unknown>, ...expected: Calls[]): Promise<void> {
    this.#counter.reset();
    await act();
    // Each invocation is reported after all that it did, so when the last is there, so is everything.
    await expect.poll(() => this.#counter.calls, patience).toBeOneOf(expected);
  }

  /** How many functions whose kind begins so have ended since AWS's calls were last counted from nought. */
  invocationsOf(idStart: string): number {
    const found = Object.entries(this.#counter.calls).filter(([kind]) => kind.startsWith(idStart));
    return found.reduce((total, [, count]) => total + count, 0);
  }

  async connected(options?: ClientOptions): Promise<QueueingClient> {
    const browser = await QueueingClient.connect(this.stack.stack.outputs.WebSocketUrl, options);
    this.#counter.watch(browser);
    return browser;
  }

  /** Resolves when the registration's invocation has ended, which is after its answer and what follows that. */
  async framed(uid: string, since?: number): Promise<QueueingClient> {
    const browser = await this.connected();
    const registrations = this.#counter.calls.registerFunction ?? 0;
    this.send(browser, JSON.stringify({ action: 'register', uid, since }));
    await browser.next();
    await expect.poll(() => this.#counter.calls.registerFunction, patience).toBe(registrations + 1);
    this.online.push(browser);
    return browser;
  }

  /** A plain socket that says its uid. */
  async plain(uid: string): Promise<void> {
    const browser = await this.connected();
    browser.send(uid);
    this.online.push(browser);
  }

  /** A connection whose rows are there, but that is gone: its `$disconnect` was lost. */
  async lost(uid: string): Promise<void> {
    const { gateway } = this.stack.stack;
    const others = gateway.connectionIds();
    const browser = await this.framed(uid);
    const lost = gateway.connectionIds().filter((id) => !others.includes(id));
    this.stack.faults.losesDisconnect = (id) => lost.includes(id);
    this.online.splice(this.online.indexOf(browser), 1);
    browser.kill();
    await expect.poll(() => gateway.connectionIds(), patience).toEqual(others);
  }

  send(browser: QueueingClient, text: string): void {
    this.#counter.send(browser, text);
  }
}
