import { describe, expect, it } from 'vitest';
import { firstMistake } from '../../protocol/json-text.ts';
import { parseMessage } from '../../protocol/message.ts';
import { isRefusal, RefusalCode } from '../../protocol/refusal.ts';
import * as fc from '../support/properties.ts';

function parse(text: string) {
  return parseMessage(Buffer.from(text));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const uids = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
const members = fc.dictionary(fc.string(), fc.jsonValue());
const integers = fc.bigInt({ min: -(10n ** 400n), max: 10n ** 400n });

/** JSON texts with a few characters left out, doubled or replaced: near enough to JSON to get far into it. */
const almostJson = fc
  .tuple(
    fc.json(),
    fc.array(fc.tuple(fc.nat(200), fc.nat(2), fc.constantFrom(...'{}[]:,"\\ 01-.eE+tn\n\0/ü'))),
  )
  .map(([text, edits]) =>
    edits.reduce((edited, [place, length, inserted]) => {
      const start = place % (edited.length + 1);
      return edited.slice(0, start) + inserted + edited.slice(start + length);
    }, text),
  );

describe('for every message', () => {
  it('with a string uid, the uid is that string and the text is what was sent', () => {
    fc.assert(
      fc.property(members, uids, fc.nat(2), (others, uid, indentation) => {
        const text = JSON.stringify({ ...others, uid }, null, indentation);
        expect(parse(text)).toEqual({ uid, text });
      }),
    );
  });

  it('with an integer uid, the uid is exactly its digits, wherever the member stands', () => {
    fc.assert(
      fc.property(members, members, integers, (before, after, integer) => {
        delete after.uid;
        const [start, end] = [before, after].map((object) => JSON.stringify(object).slice(1, -1));
        const text = `{${[start, `"uid" : ${integer}`, end].filter(Boolean).join(' , ')}}`;
        expect(parse(text)).toEqual({ uid: String(integer), text });
      }),
    );
  });

  it('without a uid of its own, it is refused for that', () => {
    fc.assert(
      fc.property(members, (object) => {
        delete object.uid;
        expect(parse(JSON.stringify(object))).toMatchObject({ code: RefusalCode.unusableUid });
      }),
    );
  });
});

describe('the first mistake in a text', () => {
  it('is there exactly when the text is not JSON', () => {
    fc.assert(
      fc.property(fc.oneof(almostJson, fc.string(), fc.json()), (text) => {
        expect(firstMistake(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it('is a place within the text, or its end', () => {
    fc.assert(
      fc.property(almostJson, (text) => {
        const mistake = firstMistake(text) ?? 0;
        expect(mistake).toBeGreaterThanOrEqual(0);
        expect(mistake).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

describe('hostile input', () => {
  it('never throws: random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const message = parseMessage(bytes);
        expect(isRefusal(message) || message.uid.length > 0).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never throws: almost JSON, with the uid anywhere', () => {
    fc.assert(
      fc.property(
        almostJson,
        almostJson,
        fc.constantFrom('"uid"', '"\\u0075id"', '"uid":', '{"uid"'),
        (a, b, uid) => {
          const message = parse(`{${a}${uid}:${b}}`);
          expect(isRefusal(message) || message.uid.length > 0).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a string without an end', `{"uid":"${'x'.repeat(131_000)}`],
    ['a string of escapes without an end', `{"uid":"${'\\u0000'.repeat(21_000)}`],
    ['a string of backslashes', `"${'\\'.repeat(131_001)}"`],
    ['a number without an end', `{"uid":${'1'.repeat(131_000)}`],
    ['a number and then nonsense', `{"uid":${'1'.repeat(131_000)}x}`],
    ['spaces', ' '.repeat(131_072)],
    ['members without an end', '{"a":'.repeat(26_000)],
    ['commas', `{"uid":1${','.repeat(131_000)}}`],
    ['quotes', '"'.repeat(131_071)],
  ])('is refused as fast as it is read: %s', (_, text) => {
    expect(parse(text)).toMatchObject({ code: expect.stringMatching(/invalid-json|unusable-uid/) });
  });

  it('has no part of the content in the detail of its refusal', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Z]{12}$/),
        fc.constantFrom('{"uid":["$"]}', '{"$', '"$"', '{"$":1}'),
        (secret, text) => {
          const message = parse(text.replace('$', secret));
          expect(JSON.stringify(message)).not.toContain(secret);
        },
      ),
    );
  });
});
