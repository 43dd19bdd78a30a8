import { expect, test } from 'vitest';
import { lastingLatest } from '../../../lambda/messages/lasting-counter.ts';
import { COUNTER_SECONDS } from '../../../lambda/messages/message-log.ts';
import { storeMessages } from '../../../lambda/messages/store-messages.ts';
import { SEEN_SECONDS } from '../../../protocol/limits.ts';
import { MemoryMessageLog } from '../../support/memory-message-log.ts';
import * as fc from '../../support/properties.ts';

const day = 86_400_000;
const uid = 'u1';

type Event =
  | { kind: 'push' }
  /** `isDeletedMeanwhile`: between the reading of the counter and what follows, DynamoDB deletes what has ended. */
  | { kind: 'visit'; page: number; isDeletedMeanwhile: boolean; isPushedMeanwhile: boolean }
  | { kind: 'pass'; days: number }
  | { kind: 'delete' };

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('push' as const) }),
  fc.record({
    kind: fc.constant('visit' as const),
    page: fc.nat(1),
    isDeletedMeanwhile: fc.boolean(),
    isPushedMeanwhile: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 800 }) }),
  fc.record({ kind: fc.constant('delete' as const) }),
);

/** Pages, pushes and years. A page remembers what it was last told for as long as the browser client does. */
class World {
  now = Date.parse('2026-01-01T12:00:00Z');
  readonly log = new MemoryMessageLog();
  readonly #seen = new Map<number, { seq: number; at: number }>();

  async happen(event: Event): Promise<void> {
    if (event.kind === 'push') await this.#push();
    if (event.kind === 'pass') this.now += event.days * day;
    if (event.kind === 'delete') this.log.deleteCounters(this.now);
    if (event.kind === 'visit') await this.#visit(event);
  }

  async #push(): Promise<void> {
    const clock = { now: () => this.now, sleep: async () => {} };
    const drafts = [{ id: `${this.now}`, text: '{}' }];
    // Stored for no time at all: what is tried here is the counter alone.
    this.log.deleteUntil(Number.POSITIVE_INFINITY);
    const { stored } = await storeMessages(uid, drafts, 0, { messageLog: this.log, clock, random: () => 0 });
    // The one thing that must never be: a page takes a new message for one that it has shown.
    for (const { seq, at } of this.#seen.values()) {
      if (this.now - at <= SEEN_SECONDS * 1_000) expect(stored[0]?.seq).toBeGreaterThan(seq);
    }
  }

  async #visit({ page, isDeletedMeanwhile, isPushedMeanwhile }: Event & { kind: 'visit' }): Promise<void> {
    const counter = this.log.counterOf(uid);
    if (isDeletedMeanwhile) this.log.deleteCounters(this.now);
    if (isPushedMeanwhile) await this.#push();
    const latest = await lastingLatest(uid, counter, this.now, this.log);
    const known = this.#seen.get(page);
    const isRemembered = known !== undefined && this.now - known.at <= SEEN_SECONDS * 1_000;
    // Never below what it remembers: it would show a gap that there is not.
    if (isRemembered) expect(latest).toBeGreaterThanOrEqual(known.seq);
    this.#seen.set(page, { seq: latest, at: this.now });
  }
}

test('no number is given twice while a page remembers one, however long nobody pushes or comes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 30, size: 'max' }), async (events) => {
      const world = new World();
      for (const one of events) await world.happen(one);
    }),
    { numRuns: 1_000 },
  );
});

test('a counter that nobody needs goes', async () => {
  const log = new MemoryMessageLog();
  await log.raiseLatest(uid, 7, 0);
  log.deleteCounters(COUNTER_SECONDS * 1_000 - 1);
  expect(await log.latestOf(uid)).toBe(7);
  log.deleteCounters(COUNTER_SECONDS * 1_000);
  expect(await log.latestOf(uid)).toBe(0);
});

test('a counter of older releases has no end, and is told as it is', async () => {
  const log = new MemoryMessageLog();
  expect(await lastingLatest(uid, { latest: 7 }, 0, log)).toBe(7);
  expect(await log.latestOf(uid)).toBe(0);
});
