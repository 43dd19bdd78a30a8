import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEventBuses } from '../../../local/event-bus/event-buses.ts';
import { localCredentials } from '../../../local/local-credentials.ts';

const at = Date.parse('2026-11-28T06:00:00.250Z');

/** The SDK's client of the running service, as a function on Lambda has it. */
async function started() {
  const buses = await startEventBuses({ now: () => at });
  onTestFinished(() => buses.stop());
  const client = new EventBridgeClient({
    endpoint: buses.endpoint,
    region: 'us-east-1',
    credentials: localCredentials,
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return { buses, client, put: (...Entries: object[]) => client.send(new PutEventsCommand({ Entries })) };
}

const entry = {
  EventBusName: 'shop',
  Source: 'uidpush',
  DetailType: 'user.online',
  Detail: '{"uid":"u1"}',
} satisfies PutEventsRequestEntry;

describe('the SDK', () => {
  test('puts an event on a bus, where it is as rules hand it on', async () => {
    const { buses, put } = await started();

    const { FailedEntryCount, Entries } = await put(entry);

    expect(FailedEntryCount).toBe(0);
    expect(buses.events()).toEqual({
      shop: [
        {
          version: '0',
          id: Entries![0]!.EventId,
          'detail-type': 'user.online',
          source: 'uidpush',
          account: '000000000000',
          time: '2026-11-28T06:00:00Z',
          region: 'us-east-1',
          resources: [],
          detail: { uid: 'u1' },
        },
      ],
    });
  });

  test('puts it at a time of its own, and on the default bus', async () => {
    const { buses, put } = await started();
    const { EventBusName: _, ...withoutBus } = entry;

    await put({ ...withoutBus, Time: new Date('2026-01-02T03:04:05Z') });

    expect(buses.events()).toMatchObject({ default: [{ time: '2026-01-02T03:04:05Z' }] });
  });

  test.each([
    ['without a source', { Source: '' }, 'InvalidArgument'],
    ['without a type', { DetailType: undefined }, 'InvalidArgument'],
    ['without a detail', { Detail: undefined }, 'InvalidArgument'],
    ['of a source of AWS', { Source: 'aws.ec2' }, 'NotAuthorizedForSource'],
    ['whose detail is not JSON', { Detail: '{' }, 'MalformedDetail'],
    ['whose detail is no object', { Detail: '[1]' }, 'MalformedDetail'],
  ])('is told of an event %s, by an answer that is no error, and of the others as usual', async (...row) => {
    const [, change, code] = row;
    const { buses, put } = await started();

    const answer = await put({ ...entry, ...change }, entry);

    expect(answer).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: code }, {}] });
    expect(buses.events().shop).toHaveLength(1);
  });

  test.each([
    ['no event', []],
    ['eleven events', Array.from({ length: 11 }, () => entry)],
    ['more than 1 MiB', [{ ...entry, Detail: JSON.stringify({ text: 'x'.repeat(1_024 * 1_024) }) }]],
    ['what is not imitated', [{ ...entry, TraceHeader: 'x' }]],
  ])('is refused %s', async (_, entries) => {
    const { put } = await started();
    await expect(put(...entries)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('is refused other operations', async () => {
    const { client } = await started();
    await expect(client.send(new PutRuleCommand({ Name: 'all' }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
  });
});
