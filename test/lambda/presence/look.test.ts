import { describe, expect, test } from 'vitest';
import { look } from '../../../lambda/presence/look.ts';
import type { Presence } from '../../../lambda/presence/presence-table.ts';
import type { PresenceEvent } from '../../../protocol/presence-event.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import { MemoryPresenceTable } from '../../support/memory-presence-table.ts';

const graceMs = 15_000;

/** A uid that is online, whose last connection left a grace ago. */
async function left() {
  const clock = new FakeClock();
  const at = clock.now() - 60_000;
  const presences = new MemoryPresenceTable();
  const online: Presence = { isOnline: true, epoch: at, at, connections: 1, told: at };
  await presences.change('u', undefined, online);
  await presences.noteLeft('u', clock.now() - graceMs);
  const table = new MemoryConnectionTable();
  const [told, shown, settles]: [PresenceEvent[], PresenceEvent[], string[]] = [[], [], []];
  const dependencies = {
    table,
    presences,
    sendSettle: async (uid: string) => void settles.push(uid),
    tell: async (event: PresenceEvent) => void told.push(event),
    show: async (event: PresenceEvent) => void shown.push(event),
    graceMs,
    clock,
  };
  const come = async (connectionId = 'c') => {
    const expiresAt = clock.now() / 1_000 + 600;
    await table.addConnection('u', { connectionId, registeredAt: clock.now(), expiresAt, isFramed: true });
  };
  return { clock, presences, table, told, shown, settles, dependencies, come, online };
}

const settled = { uid: 'u', isSettled: true, isDue: false };

test('a look whose grace is not over decides nothing, whatever else asked for it', async () => {
  const { presences, dependencies, told, settles } = await left();
  const before = await presences.presenceOf('u');
  await look({ ...settled, isSettled: false }, dependencies);
  expect(await presences.presenceOf('u')).toEqual(before);
  expect([told, settles]).toEqual([[], []]);

  await look(settled, dependencies);
  expect(told.map(({ type }) => type)).toEqual(['user.offline']);
});

describe('a uid that comes back as it is written that it left', () => {
  /** Registers between the worker's two reads. */
  async function backMeanwhile(dies: 'never' | 'before it is shown') {
    const world = await left();
    const { dependencies, come, presences } = world;
    let isDead = false;
    await look(settled, {
      ...dependencies,
      table: {
        connectionsOf: (...args) => dependencies.table.connectionsOf(...args),
        hasConnections: async (...args) => {
          await come();
          return dependencies.table.hasConnections(...args);
        },
      },
      show: async (event) => {
        if (dies === 'before it is shown') {
          isDead = true;
          throw new Error('dies here');
        }
        return dependencies.show(event);
      },
    }).catch((error) => {
      if (!isDead) throw error;
    });
    return { ...world, presence: await presences.presenceOf('u') };
  }

  test('is no event, but pages are shown the second change: they may have been shown the first', async () => {
    const { told, shown, presence, online } = await backMeanwhile('never');

    expect(told).toEqual([]);
    expect(shown.map(({ type }) => type)).toEqual(['user.online']);
    const { epoch } = shown[0]!;
    expect(epoch).toBeGreaterThan(online.epoch + 1);
    expect(presence).toMatchObject({ isOnline: true, epoch, told: epoch });
  });

  test('is shown by the next look where the worker died, and still no event', async () => {
    const { told, shown, dependencies } = await backMeanwhile('before it is shown');
    expect(shown).toEqual([]);

    await look(settled, dependencies);
    expect(told).toEqual([]);
    expect(shown.map(({ type }) => type)).toEqual(['user.online']);
  });

  test('is offline a grace later, where that connection went at once and could not say so', async () => {
    const { presences, dependencies, settles, told, clock } = await left();
    let reads = 0;
    await look(settled, {
      ...dependencies,
      // It is there at the second read, and gone without a word at the third.
      table: { connectionsOf: async () => [], hasConnections: async () => ++reads === 1 },
    });
    expect(await presences.presenceOf('u')).toMatchObject({ isOnline: true, leftAt: clock.now() });
    expect(settles).toEqual(['u']);

    clock.advance(graceMs);
    await look(settled, dependencies);
    expect(told.map(({ type }) => type)).toEqual(['user.offline']);
  });

  test('and then leaves is an event for backends again', async () => {
    const { dependencies, table, presences, told, clock } = await backMeanwhile('never');
    await table.removeConnection('u', 'c');
    await presences.noteLeft('u', clock.now());
    clock.advance(graceMs);
    await look(settled, dependencies);

    expect(told.map(({ type }) => type)).toEqual(['user.offline']);
    expect(await presences.presenceOf('u')).not.toHaveProperty('isForPages');
  });
});
