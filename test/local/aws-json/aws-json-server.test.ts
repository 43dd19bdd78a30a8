import { describe, expect, onTestFinished, test } from 'vitest';
import { startAwsJsonServer } from '../../../local/aws-json/aws-json-server.ts';

async function request(target: string, body: string) {
  const { endpoint, stop } = await startAwsJsonServer({
    target: 'Greeter',
    version: '1.0',
    operations: { Greet: (input) => ({ greeted: input }) },
  });
  onTestFinished(stop);
  return fetch(endpoint, { method: 'POST', headers: { 'x-amz-target': target }, body });
}

describe('a service that speaks JSON', () => {
  test('answers an operation with its output', async () => {
    const response = await request('Greeter.Greet', '{"name":"u1"}');
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.0');
    expect(await response.json()).toEqual({ greeted: { name: 'u1' } });
  });

  test.each([
    ['an operation that it does not have', 'Greeter.Leave', '{}', 'UnknownOperationException'],
    ["an object's own property", 'Greeter.constructor', '{}', 'UnknownOperationException'],
    ["another service's operation", 'Other.Greet', '{}', 'UnknownOperationException'],
    ['what is not JSON', 'Greeter.Greet', '{', 'SerializationException'],
    ['what is too long', 'Greeter.Greet', ' '.repeat(8_388_609), 'RequestEntityTooLarge'],
  ])('refuses %s', async (_, target, body, code) => {
    const response = await request(target, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: code });
  });
});
