import type { CheckGroup } from '../check.ts';
import { expectEqual, expectThat } from '../mismatch.ts';

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
          (await refusedWith(() => visit.socket(foreignOrigin)))?.includes('403') === true,
          'it was not answered 403',
        );
      },
    },
    {
      name: 'by API Gateway’s own address',
      expected: 'a page registers and gets a push; HTTP 403 with `cloudFront=only`',
      skipReason: ({ apiWebSocketUrl }) =>
        apiWebSocketUrl === undefined ? 'WebSocketUrl is the only address, or API Gateway’s own' : undefined,
      async run(visit) {
        const { apiWebSocketUrl = '', needsCloudFront, client } = visit.deployment;
        if (needsCloudFront) {
          const refusal = await refusedWith(() => visit.socketBy(apiWebSocketUrl));
          expectThat(refusal?.includes('403') === true, 'it was not answered 403');
          return;
        }
        const uid = await visit.newUid();
        const browser = await visit.socketBy(apiWebSocketUrl);
        browser.send(await visit.registerFrame(uid));
        expectEqual('the type of the answer', (await browser.nextFrame()).type, 'registered');
        const { delivered } = await client.push({ uid });
        expectEqual('the connections that got it', delivered, 1);
        await browser.next();
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
async function refusedWith(connect: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await connect();
    return undefined;
  } catch (error) {
    return String(error);
  }
}
