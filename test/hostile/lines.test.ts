import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTextService, type TextService } from '../../text/text-service.ts';
import * as fc from '../support/properties.ts';
import { PushSide } from '../text/push-side.ts';
import { Sender } from '../text/sender.ts';
import { corpus } from './corpus.ts';

const good = '\n{"uid":"u1","good":true}\n';

let service: TextService;
let pushSide: PushSide;

beforeEach(async () => {
  pushSide = new PushSide();
  service = await startTextService({ host: '127.0.0.1', port: 0, http: pushSide.http });
});
afterEach(() => service.stop());

/** Answers to the pieces, written one after the other, and to one good line after them. */
async function answersTo(pieces: readonly Uint8Array[]): Promise<string[]> {
  const sender = await Sender.connect(service.port);
  for (const piece of pieces) {
    sender.send(piece);
    // Each comes as a chunk of its own, as far as the network allows.
    await new Promise(setImmediate);
  }
  sender.send(good);
  sender.socket.end();
  const answers = await sender.answersUntilEnd();
  await sender.closed;
  return answers;
}

function cut(input: Buffer, length: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < input.length; start += length)
    pieces.push(input.subarray(start, start + length));
  return pieces;
}

function linesIn(input: Buffer): number {
  return input.filter((byte) => byte === 0x0a).length;
}

/** One answer per line, the good one's among them, whatever pieces the lines come in. */
async function expectAnswers(input: Buffer): Promise<void> {
  const answers = await answersTo([input]);
  expect(answers).toHaveLength(linesIn(input) + 2);
  expect(answers.filter((answer) => answer !== 'ok' && answer !== 'fail')).toEqual([]);
  expect(answers.at(-1)).toBe('ok');
  const length = input.length < 500 ? 1 : Math.ceil(input.length / 50);
  expect(await answersTo(cut(input, length))).toEqual(answers);
}

describe('every line is answered, and the good one after them pushed', () => {
  test.each(corpus('lines'))('%s', (_, text) => expectAnswers(Buffer.from(text, 'latin1')));

  test('any bytes', async () => {
    const part = fc.oneof(
      fc.constantFrom('\n', '\r\n', '{"uid":', '"u1"', '}', '{"uid":"u1"}', '\u00ff', '\u0000', '"'),
      fc.string({ maxLength: 5 }),
    );
    const bytes = fc.array(part, { maxLength: 30 }).map((parts) => Buffer.from(parts.join(''), 'latin1'));
    await fc.assert(fc.asyncProperty(bytes, expectAnswers), { numRuns: 100 });
  });
});
