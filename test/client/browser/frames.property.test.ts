import { describe, expect, it } from 'vitest';
import { parseFrame } from '../../../client/browser/frames.ts';
import { messageFrames } from '../../../protocol/frames.ts';
import * as fc from '../../support/properties.ts';

const types = ['registered', 'error', 'part', 'message', 'gateway-error', 'other'];
const knownTypes = fc.constantFrom('registered', 'error', 'part', 'message', 'text', 'pong');
const hostileFrames = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc
    .record({ type: fc.oneof(knownTypes, fc.jsonValue()), data: fc.jsonValue() })
    .map((value) => JSON.stringify(value)),
  // The data of binary frames.
  fc.uint8Array().map((bytes) => bytes.buffer),
);

describe('whatever comes from a socket', () => {
  it('is a frame of a known type', () => {
    fc.assert(
      fc.property(hostileFrames, (source) => {
        expect(types).toContain(parseFrame(source).type);
      }),
    );
  });

  it('as a message keeps its text', () => {
    fc.assert(
      fc.property(fc.string(), fc.json(), (id, text) => {
        const [frame] = messageFrames(id, text, true);
        expect(parseFrame(frame)).toMatchObject({ type: 'message', id, text });
      }),
    );
  });
});
