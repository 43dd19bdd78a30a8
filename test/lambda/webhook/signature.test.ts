import { expect, test } from 'vitest';
import { webhookHeaders } from '../../../lambda/webhook/signature.ts';

// The example of the libraries of https://github.com/standard-webhooks/standard-webhooks
test('an event is signed as Standard Webhooks says', () => {
  const headers = webhookHeaders(
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    '{"test": 2432232314}',
    ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    1_614_265_330_999,
  );

  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('with each secret that is valid', () => {
  const [one, two] = ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'C2FVsBQIhrscChlQIMV+b5sSYspob7oD'];
  const signed = (secrets: string[]) => webhookHeaders('id', '{}', secrets, 0)['webhook-signature'];

  expect(signed([one, two])).toBe(`${signed([one])} ${signed([two])}`);
});
