import { describe, expect, it } from 'vitest';
import { parseRegisterFrame } from '../../protocol/frames.ts';
import * as fc from '../support/properties.ts';

const names = fc.constantFrom('token' as const, 'uid' as const);
const hostileTexts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc
    .record({ action: fc.jsonValue(), token: fc.jsonValue(), uid: fc.jsonValue() })
    .map((value) => JSON.stringify(value)),
);

describe('whatever a browser sends to register', () => {
  it('is a credential that is a text, or no frame', () => {
    fc.assert(
      fc.property(hostileTexts, names, (text, name) => {
        const frame = parseRegisterFrame(text, name);
        expect(frame === undefined || typeof frame.credential === 'string').toBe(true);
      }),
    );
  });

  it('as a credential is found as it was sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), names, (credential, name) => {
        const text = JSON.stringify({ action: 'register', [name]: credential });
        expect(parseRegisterFrame(text, name)).toEqual({ credential });
      }),
    );
  });
});
