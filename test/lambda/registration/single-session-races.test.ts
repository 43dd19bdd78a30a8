import { expect, test } from 'vitest';
import * as fc from '../../support/properties.ts';
import { now, RegistrationRace } from '../../support/registration-race.ts';

/** Before the others: `older` was registered, and has lost its row since. */
const before = now - 60_000;

test('a connection that lost its row and registers once more takes no place of one that registers meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.boolean(),
      fc.boolean(),
      async (scheduler, isOlderFramed, isNewerFramed) => {
        const race = new RegistrationRace(scheduler, { isSingle: true });
        await race.ended([race.register('older', { isFramed: isOlderFramed, receivedAt: before })]);
        await race.loseRow('older');
        await race.ended([
          race.register('newer', { isFramed: isNewerFramed, receivedAt: now }),
          race.register('older', { isFramed: isOlderFramed, receivedAt: now + 1 }),
        ]);

        expect(race.open).toEqual(new Set(['newer']));
        expect(await race.reached()).toEqual(['newer']);
      },
    ),
    { numRuns: 500 },
  );
});
