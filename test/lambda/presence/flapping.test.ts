import { expect, test } from 'vitest';
import { CONNECTION_LIFE_MS } from '../../../lambda/registration/connection-life.ts';
import * as fc from '../../support/properties.ts';
import { graceMs, PresenceWorld, type Socket } from './presence-world.ts';

/** Time in which everybody knows the truth: `docs/decisions/0022-presence.md`. */
const boundMs = CONNECTION_LIFE_MS + (5 + 5 + 1) * 60_000 + graceMs;
const rounds = 10;
const roundMs = 7_000;

/** What a run leaves to chance, from the seed of all properties. */
type Chance = { happens(percent: number): boolean; below(max: number): number };

class Flapping {
  readonly world: PresenceWorld;
  readonly #open = new Map<string, Socket[]>();
  readonly #chance: Chance;

  constructor(chance: Chance) {
    this.#chance = chance;
    this.world = new PresenceWorld(async () => {});
  }

  /** A tab is opened or closed, or the network changes: the new connection may be there before the old one is gone. */
  async flap(uid: string): Promise<void> {
    const open = this.#open.get(uid) ?? [];
    const leaving = this.#chance.happens(70) ? open.splice(0) : [];
    const left = this.#leave(leaving);
    if (this.#chance.happens(60)) open.push(await this.world.connect(uid));
    this.#open.set(uid, open);
    await left;
  }

  async #leave(sockets: readonly Socket[]): Promise<void> {
    await Promise.all(
      sockets.map((socket) => this.world.disconnect(socket, this.#chance.happens(30) ? 'lost' : 'told')),
    );
  }

  /**
   * Workers do all there is to do. `killed`: of a hundred runs, each before some step; its message comes again later.
   */
  async work(killed: number): Promise<void> {
    for (let isDone = false; !isDone; ) {
      const workers = Array.from({ length: 20 }, () => {
        if (!this.#chance.happens(killed)) return this.world.work();
        void this.world.work(1 + this.#chance.below(8));
        return true;
      });
      isDone = (await Promise.all(workers)).every((hasWorked) => !hasWorked);
    }
  }

  async pass(milliseconds: number, killed: number): Promise<void> {
    this.world.pass(milliseconds);
    await this.world.sweep();
    await this.work(killed);
  }
}

test('a thousand users come and go, a third of the disconnects are lost and workers are killed: epochs rise, and in the end the highest is the truth', async () => {
  const uids = Array.from({ length: 1_000 }, (_, index) => `u${index}`);
  const check = fc.asyncProperty(fc.infiniteStream(fc.nat(9_999)), async (numbers) => {
    const below = (max: number) => Math.floor((numbers.next().value / 10_000) * max);
    const flapping = new Flapping({ below, happens: (percent) => below(100) < percent });
    const { world } = flapping;
    for (let round = 0; round < rounds; round++) {
      await Promise.all(uids.map((uid) => flapping.flap(uid)));
      await flapping.pass(roundMs, 20);
    }
    for (let rested = 0; rested < boundMs; rested += 60_000) await flapping.pass(60_000, 0);
    // Somebody is there at the end, too.
    await Promise.all(uids.slice(0, 300).map((uid) => world.connect(uid)));
    for (let rested = 0; rested < 4; rested++) await flapping.pass(60_000, 0);

    expect(world.told.length).toBeGreaterThan(uids.length);
    for (const uid of uids) {
      const epochs = world.eventsOf(uid).map(({ epoch }) => epoch);
      expect(epochs).toEqual(epochs.toSorted((one, other) => one - other));
      expect(world.isOnlineByEvents(uid), uid).toBe(await world.isOnlineByTable(uid));
      const distinct = world.eventsOf(uid).filter(({ epoch }, index) => epoch !== epochs[index - 1]);
      expect(distinct.map(({ type }) => type)).toEqual(
        distinct.map((_, index) => (index % 2 === 0 ? 'user.online' : 'user.offline')),
      );
    }
  });
  await fc.assert(check, { numRuns: 1 });
});
