import type { CheckGroup } from '../check.ts';
import { expectEqual, expectThat } from '../mismatch.ts';
import type { Visit } from '../visit.ts';

/** A name that is reserved: no page can come from there. Source: https://datatracker.ietf.org/doc/html/rfc2606 */
const foreignOrigin = 'https://conformance.invalid';

/** API Gateway's largest frame, see docs/PROTOCOL.md. */
const maxFrameBytes = 32_768;

export const socket: CheckGroup = {
  name: 'socket',
  checks: [
    {
      name: 'connect',
      expected: 'a socket opens',
      async run(visit) {
        await visit.socket();
      },
    },
    {
      name: 'ping',
      expected: '`{"type":"pong"}`, registered or not',
      async run(visit) {
        const browser = await visit.socket();
        browser.send('{"action":"ping"}');
        expectEqual('the answer', await browser.nextFrame(), { type: 'pong' });
      },
    },
    {
      name: 'a page of another origin',
      expected: 'HTTP 403 in place of a socket',
      skipReason: ({ origin }) => (origin === undefined ? 'no --origin: any may connect' : undefined),
      async run(visit) {
        expectThat(
          (await refusalOf(visit, foreignOrigin))?.includes('403') === true,
          'it was not answered 403',
        );
      },
    },
    {
      name: `a frame of over ${maxFrameBytes / 1_024} KB`,
      expected: 'closed with 1009',
      async run(visit) {
        const browser = await visit.socket();
        browser.send('x'.repeat(maxFrameBytes + 1));
        expectEqual('the close code', await browser.closedWith(), 1009);
      },
    },
    {
      name: 'a binary frame',
      expected: 'closed with 1003',
      async run(visit) {
        const browser = await visit.socket();
        browser.sendBinary(new Uint8Array([1, 2, 3]));
        expectEqual('the close code', await browser.closedWith(), 1003);
      },
    },
  ],
};

/** What the upgrade was refused with; `undefined` when a socket opened. */
async function refusalOf(visit: Visit, origin: string): Promise<string | undefined> {
  try {
    await visit.socket(origin);
    return undefined;
  } catch (error) {
    return String(error);
  }
}
