import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { parseJson } from '../../protocol/json-text.ts';
import { AwsJsonError } from '../aws-json/aws-json-error.ts';
import { parseInput } from '../aws-json/parse-input.ts';
import { accountId, region } from '../template/references.ts';

/** An event, and the bus that has it, by the name or the ARN of the request. */
export type PlacedEvent = { bus: string; event: object };

/** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html, eb-putevents.html */
const maxRequestBytes = 1_024 * 1_024;

const invalid = 'ValidationException';

// Trace headers and endpoint ids are refused: nothing here imitates them.
const entrySchema = v.strictObject({
  EventBusName: v.optional(v.string(), 'default'),
  Source: v.optional(v.string()),
  DetailType: v.optional(v.string()),
  Detail: v.optional(v.string()),
  Resources: v.optional(v.array(v.string()), []),
  /** Seconds since the epoch. */
  Time: v.optional(v.number()),
});
const putSchema = v.strictObject({
  Entries: v.pipe(v.array(entrySchema), v.minLength(1), v.maxLength(10)),
});
type Entry = v.InferOutput<typeof entrySchema>;
type Refusal = { ErrorCode: string; ErrorMessage: string };

/**
 * Hands each entry that is right to `place`, and says of each of the others what is wrong: the request itself succeeds.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export function putEvents(input: unknown, now: number, place: (event: PlacedEvent) => void): object {
  const { Entries: entries } = parseInput(putSchema, input, invalid);
  if (entries.reduce((sum, entry) => sum + bytesOf(entry), 0) > maxRequestBytes) {
    throw new AwsJsonError(invalid, `Total size of the entries must be ${maxRequestBytes} bytes or less.`);
  }
  const Entries = entries.map((entry): Refusal | { EventId: string } => {
    const refusal = refusalOf(entry);
    if (refusal) return refusal;
    const EventId = randomUUID();
    place({ bus: entry.EventBusName, event: eventFrom(entry, EventId, now) });
    return { EventId };
  });
  return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries };
}

function refusalOf({ Source, DetailType, Detail }: Entry): Refusal | undefined {
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (value) continue;
    const ErrorMessage = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
    return { ErrorCode: 'InvalidArgument', ErrorMessage };
  }
  if (Source?.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSource', ErrorMessage: 'Sources of AWS are its own.' };
  }
  const detail = parseJson(Detail ?? '');
  if (typeof detail === 'object' && detail !== null && !Array.isArray(detail)) return undefined;
  return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

/** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
function eventFrom(entry: Entry, id: string, now: number): object {
  const time = new Date(entry.Time === undefined ? now : entry.Time * 1_000);
  return {
    version: '0',
    id,
    'detail-type': entry.DetailType,
    source: entry.Source,
    account: accountId,
    time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: entry.Resources,
    detail: parseJson(entry.Detail ?? ''),
  };
}

/** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html (the size of an entry) */
function bytesOf({ Time, Source = '', DetailType = '', Detail = '', Resources }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return (Time === undefined ? 0 : 14) + texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
