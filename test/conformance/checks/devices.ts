import type { CheckGroup } from '../check.ts';
import { expectEqual } from '../mismatch.ts';

export const devices: CheckGroup = {
  name: 'devices',
  checks: [
    {
      name: 'a device over a replacement of its connection',
      expected:
        'is left out, and selected, by its name before and after; a name that is nobody’s selects nothing',
      skipReason: ({ sessions }) => (sessions === 'single' ? 'the stack has sessions=single' : undefined),
      async run(visit) {
        const { client } = visit.deployment;
        const uid = await visit.newUid();
        const { browser: phone } = await visit.framed(uid, undefined, { device: 'phone' });
        const { browser: older } = await visit.framed(uid, undefined, { device: 'laptop' });
        const without = { uid, delivered: 1, gone: 0, failed: 0, excluded: 1 };
        expectEqual('before', await client.push({ uid, n: 1 }, { except: 'laptop' }), without);
        const { browser: newer } = await visit.framed(uid, undefined, { device: 'laptop' });
        await older.close();
        await visit.presence(uid, 2);
        expectEqual('after', await client.push({ uid, n: 2 }, { except: 'laptop' }), without);
        expectEqual('the laptop alone', await client.push({ uid, n: 3 }, { only: 'laptop' }), without);
        const nobodys = { uid, delivered: 0, gone: 0, failed: 0, excluded: 2 };
        expectEqual('nobody’s name', await client.push({ uid, n: 4 }, { only: 'nobodys' }), nobodys);
        const received = [(await phone.nextFrame()).data, (await phone.nextFrame()).data];
        expectEqual('what the phone received', received, [
          { uid, n: 1 },
          { uid, n: 2 },
        ]);
        expectEqual('what the laptop received', (await newer.nextFrame()).data, { uid, n: 3 });
        await Promise.all([phone.silence(), newer.silence()]);
      },
    },
    {
      name: 'a stored message for another device',
      expected: 'is not replayed, which is no gap',
      async run(visit) {
        const { client } = visit.deployment;
        const uid = await visit.newUid();
        const selected = await client.push({ uid, n: 1 }, { ttlSeconds: 120, only: 'phone' });
        const { seq = 0 } = selected;
        const { browser: laptop } = await visit.framed(uid, seq - 1, { device: 'laptop' });
        const replayed = { type: 'replayed', through: seq, latest: seq };
        expectEqual('what the laptop received', await laptop.nextFrame(), replayed);
        await laptop.close();
        await visit.presence(uid, 0);
        const { browser: phone } = await visit.framed(uid, seq - 1, { device: 'phone' });
        expectEqual('what the phone received', (await phone.nextFrame()).data, { uid, n: 1 });
        expectEqual('the end', await phone.nextFrame(), replayed);
      },
    },
  ],
};
