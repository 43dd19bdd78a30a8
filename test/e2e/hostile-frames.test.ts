import { expect, test } from 'vitest';
import { FrameErrorCode } from '../../protocol/frame-error.ts';
import { corpus } from '../hostile/corpus.ts';
import * as fc from '../support/properties.ts';
import { runStack } from './running-stack.ts';

const logged: string[] = [];
const stack = runStack({ onLog: (source, line) => logged.push(`${source}: ${line}`) });

const knownCodes: readonly string[] = Object.values(FrameErrorCode);
const knownTypes = ['registered', 'replayed', 'pong', 'error'];

/**
 * What comes on a new socket that has sent `text` and then a ping, up to the pong or the close. API Gateway's own frame
 * for a function that failed has no type.
 */
async function framesAfter(text: string): Promise<{ type?: string; code?: string }[]> {
  const browser = await stack.socket();
  browser.send(text);
  // One after the other, so that the ping is not answered first.
  const frames: { type?: string; code?: string }[] = [];
  for (let pings = 0; pings < 2; pings++) {
    browser.send('{"action":"ping"}');
    for (;;) {
      const next = await browser.next().catch(() => undefined);
      if (next === undefined) return frames;
      frames.push(JSON.parse(next));
      if (frames.at(-1)?.type === 'pong') break;
    }
  }
  await browser.close();
  return frames;
}

async function expectKnownFrames(text: string): Promise<void> {
  const frames = await framesAfter(text);
  for (const { type, code } of frames) {
    expect(knownTypes).toContain(type);
    if (type === 'error') expect(knownCodes).toContain(code);
  }
  // Nobody is left without an answer: the ping's, or why the socket was closed.
  expect(frames.at(-1)?.type).toMatch(/^(pong|error|registered|replayed)$/);
}

test.each(corpus('frames'))('%s: a browser that sends it is answered by frames that are known', (_, text) =>
  expectKnownFrames(text),
);

test('so is one that sends anything', async () => {
  const value = fc.oneof(fc.constantFrom('u1', 0, -1, 1.5, 2 ** 53, null, '\ud800', ''), fc.jsonValue());
  const frame = fc
    .record(
      {
        action: fc.oneof(
          { weight: 9, arbitrary: fc.constantFrom('register', 'replay', 'ack', 'ping', '$connect') },
          { weight: 1, arbitrary: fc.jsonValue() },
        ),
        uid: value,
        token: value,
        since: value,
        seq: value,
      },
      { requiredKeys: ['action'] },
    )
    .map((members) => JSON.stringify(members));
  const text = fc.oneof(
    { weight: 4, arbitrary: frame },
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.json(),
  );
  await fc.assert(fc.asyncProperty(text, expectKnownFrames), { numRuns: 150 });
});

test('no function has failed', () => {
  expect(logged.filter((line) => /\n\s+at |Error:|Runtime\./.test(line))).toEqual([]);
});
