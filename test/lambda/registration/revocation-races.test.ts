import { expect, test } from 'vitest';
import * as fc from '../../support/properties.ts';
import { now, RegistrationRace } from '../../support/registration-race.ts';

const seconds = now / 1_000;

/** A token of the uid `u`, by the second in which it was issued. */
const issued = fc.constantFrom(seconds - 60, seconds, seconds + 1);
const socket = fc.record({ issuedAt: issued, isFramed: fc.boolean() });
const sockets = fc.array(socket, { minLength: 1, maxLength: 3 });

function assertAlways(property: fc.IAsyncProperty<unknown[]>): Promise<void> {
  return fc.assert(property, { numRuns: 500 }) as Promise<void>;
}

test('of the registrations under way while a uid is logged out, none with an older token survives', async () => {
  await assertAlways(
    fc.asyncProperty(fc.scheduler(), sockets, async (scheduler, opened) => {
      const race = new RegistrationRace(scheduler);
      const registrations = opened.map(({ issuedAt, isFramed }, index) =>
        race.register(`c${index}`, { issuedAt, isFramed }),
      );
      await race.ended([...registrations, race.logOut({ revoke: '' })]);

      for (const [index, { issuedAt }] of opened.entries()) {
        if (issuedAt > seconds) continue;
        expect(await race.reached()).not.toContain(`c${index}`);
        expect([...race.open]).not.toContain(`c${index}`);
      }
    }),
  );
});

test('a registration with a token from after it survives, unless it was closed with the others', async () => {
  await assertAlways(
    fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, isFramed) => {
      const race = new RegistrationRace(scheduler);
      await race.ended([
        race.register('c', { issuedAt: seconds + 1, isFramed }),
        race.logOut({ revoke: '' }),
      ]);

      expect(await race.reached()).toEqual([...race.open]);
      await race.ended([race.register('later', { issuedAt: seconds + 1, isFramed })]);
      expect(await race.reached()).toContain('later');
    }),
  );
});

test('of a uid that is blocked nobody stays, whatever the token says', async () => {
  await assertAlways(
    fc.asyncProperty(fc.scheduler(), sockets, async (scheduler, opened) => {
      const race = new RegistrationRace(scheduler);
      const registrations = opened.map(({ issuedAt, isFramed }, index) =>
        race.register(`c${index}`, { issuedAt, isFramed }),
      );
      await race.ended([...registrations, race.logOut({ block: '60' })]);
      await race.ended(opened.map((_, index) => race.disconnect(`c${index}`)));

      expect(await race.reached()).toEqual([]);
      expect([...race.open]).toEqual([]);
    }),
  );
});
