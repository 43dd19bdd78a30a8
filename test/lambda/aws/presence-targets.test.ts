import { expect, onTestFinished, test, vi } from 'vitest';
import { startService } from './service.ts';

const event = {
  type: 'user.online',
  uid: 'u1',
  epoch: 1_795_830_534_000,
  at: '2026-11-28T06:00:00.250Z',
  connections: 1,
} as const;
const busArn = 'arn:aws:events:us-east-1:123456789012:event-bus/shop';

/** The target that is an event bus, which answers so. */
async function busThatAnswers(answer: object) {
  const { url, requests } = await startService((_, response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify(answer));
  });
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL_EVENTBRIDGE: url.origin,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example-secret',
    AWS_REGION: 'us-east-1',
    PRESENCE_EVENT_BUS_ARN: busArn,
  })) {
    vi.stubEnv(name, value);
  }
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.resetModules();
  const { presenceTargets } = await import('../../../lambda/aws/presence-targets.ts');
  const [put, ...others] = presenceTargets();
  expect(others).toEqual([]);
  return { put: put!, requests };
}

test('an event bus receives an event by its type and the time of the event, with the whole event in it', async () => {
  const { put, requests } = await busThatAnswers({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });

  await put(event);

  expect(requests.map(({ body }) => JSON.parse(body))).toEqual([
    {
      Entries: [
        {
          EventBusName: busArn,
          Source: 'uidpush',
          DetailType: 'user.online',
          Time: Date.parse(event.at) / 1_000,
          Detail: JSON.stringify(event),
        },
      ],
    },
  ]);
});

test('an answer of 200 that says the event was refused is a failure, by its code and without the event', async () => {
  const { put } = await busThatAnswers({
    FailedEntryCount: 1,
    Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded for u1.' }],
  });

  await expect(put(event)).rejects.toThrow('The event bus refused an event: ThrottlingException.');
});
