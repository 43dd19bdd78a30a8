import { describe, expect, it } from 'vitest';
import { MAX_UIDS_AT_ONCE } from '../../protocol/limits.ts';
import { Batch } from '../../text/batch.ts';
import { defaultTextLimits } from '../../text/limits.ts';
import * as fc from '../support/properties.ts';

/** How the text service reads one line: as a message with its text, as an envelope, or as neither. */
function read(line: string): string | object | undefined {
  const batch = new Batch(defaultTextLimits);
  batch.add({ bytes: Buffer.from(line) });
  const [message] = batch.messages;
  expect(message === undefined || batch.envelope === undefined).toBe(true);
  return message === undefined ? batch.envelope : Buffer.from(message).toString();
}

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const usableUid = fc.oneof(name, fc.integer());
const unusableUid = fc.oneof(fc.constantFrom(null, true, '', 1.5), fc.array(name), fc.dictionary(name, name));
const value = fc.jsonValue({ maxDepth: 2 });
const object = fc.dictionary(name, value, { maxKeys: 3 });
const names = fc.oneof(name, fc.array(name, { minLength: 1, maxLength: 5 }));

/** Values that members of an envelope have, and others. */
const envelopeMembers = fc.record(
  {
    uids: fc.oneof(fc.array(usableUid, { minLength: 1, maxLength: 5 }), value),
    group: fc.oneof(name, value),
    message: fc.oneof(object, value),
    only: fc.oneof(names, value),
    except: fc.oneof(names, value),
    counts: fc.oneof(fc.boolean(), value),
    secret: name,
  },
  { requiredKeys: [] },
);

/** A JSON object with these members, some of them first, and the white space that JSON allows. */
function lineOf(first: object, second: object, indentation: number): string {
  return JSON.stringify({ ...first, ...second }, null, ' '.repeat(indentation)).replaceAll('\n', ' ');
}

const isName = (some: unknown) => typeof some === 'string' && some !== '';
const isList = (some: unknown): some is unknown[] => Array.isArray(some) && some.length > 0;

/** What the document says an envelope is. */
function isEnvelope({
  uids,
  group,
  message,
  only,
  except,
  counts,
  ...others
}: Record<string, unknown>): boolean {
  const hasAddressees =
    group === undefined ? isList(uids) && uids.length <= MAX_UIDS_AT_ONCE : typeof group === 'string';
  const areNames = [only, except].every(
    (names) => names === undefined || isName(names) || (isList(names) && names.every(isName)),
  );
  return (
    hasAddressees &&
    (group === undefined || uids === undefined) &&
    typeof message === 'object' &&
    message !== null &&
    !Array.isArray(message) &&
    areNames &&
    (counts === undefined || typeof counts === 'boolean') &&
    Object.keys(others).length === 0
  );
}

describe('for every line', () => {
  it('with a uid that can be one, it is a message, byte for byte, whatever members of an envelope it has', () => {
    fc.assert(
      fc.property(
        usableUid,
        envelopeMembers,
        object,
        fc.boolean(),
        fc.nat(2),
        (uid, members, others, isFirst, n) => {
          const rest = { ...others, ...members };
          const line = isFirst ? lineOf({ uid }, { ...rest, uid }, n) : lineOf(rest, { uid }, n);
          expect(read(line)).toBe(line);
        },
      ),
    );
  });

  it('with a uid that can be none, it is neither message nor envelope', () => {
    fc.assert(
      fc.property(unusableUid, envelopeMembers, (uid, members) => {
        expect(read(lineOf(members, { uid }, 0))).toBeUndefined();
      }),
    );
  });

  it('without a uid, it is an envelope exactly if it has the members of one, and the message is as it was', () => {
    fc.assert(
      fc.property(envelopeMembers, fc.nat(2), (members, indentation) => {
        const found = read(lineOf(members, {}, indentation));
        const expected = isEnvelope(members)
          ? { wantsCounts: members.counts ?? false, ...('group' in members && { group: members.group }) }
          : undefined;
        if (expected === undefined) expect(found).toBeUndefined();
        else expect(found).toMatchObject(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('that is an envelope, the message goes out byte for byte', () => {
    fc.assert(
      fc.property(object, fc.nat(2), fc.boolean(), (message, indentation, toGroup) => {
        const text = lineOf(message, {}, indentation);
        const to = toGroup ? '"group":"g"' : '"uids":[7]';
        const found = read(`{${to}, "message" : ${text} }`);
        expect(found).toMatchObject(toGroup ? { message: text } : { lines: `{"uids":[7]}\n${text}\n` });
      }),
    );
  });
});
