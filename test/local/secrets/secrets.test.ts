import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, onTestFinished, test } from 'vitest';
import { localCredentials } from '../../../local/local-credentials.ts';
import { startSecrets } from '../../../local/secrets/secrets.ts';
import type { SecretPlan } from '../../../local/template/secret-plan.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const plan: SecretPlan = {
  name: 'PushSecret-a1b2c3d4e5f6',
  arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:PushSecret-a1b2c3d4e5f6-a1b2c3',
  rules: { length: 43, excludePunctuation: true },
};
const SecretId = plan.arn;

async function startedSecrets() {
  const clock = new FakeClock();
  const secrets = await startSecrets([plan], clock);
  onTestFinished(() => secrets.stop());
  const { endpoint } = secrets;
  const client = new SecretsManagerClient({ endpoint, region: 'us-east-1', credentials: localCredentials });
  onTestFinished(() => client.destroy());
  const get = (VersionStage?: string) => client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
  const put = (SecretString: string, ClientRequestToken?: string) =>
    client.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken }));
  return { clock, secrets, client, get, put };
}

describe('the SDK', () => {
  test('reads the value that was made at the start, by name and by ARN', async () => {
    const { clock, client, get } = await startedSecrets();
    const byName = await client.send(new GetSecretValueCommand({ SecretId: plan.name }));
    expect(byName).toMatchObject({
      ARN: plan.arn,
      Name: plan.name,
      SecretString: expect.stringMatching(/^[A-Za-z0-9]{43}$/),
      VersionStages: ['AWSCURRENT'],
      CreatedDate: new Date(clock.now()),
    });
    expect((await get()).SecretString).toBe(byName.SecretString);
  });

  // https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
  test('moves both labels when it puts a value', async () => {
    const { get, put } = await startedSecrets();
    const first = await get();
    await put('second');
    expect(await get()).toMatchObject({ SecretString: 'second', VersionStages: ['AWSCURRENT'] });
    expect(await get('AWSPREVIOUS')).toMatchObject({
      SecretString: first.SecretString,
      VersionId: first.VersionId,
      VersionStages: ['AWSPREVIOUS'],
    });
    await put('third');
    expect((await get('AWSPREVIOUS')).SecretString).toBe('second');
  });

  test('changes nothing when it repeats a request, and is refused another value for it', async () => {
    const { get, put } = await startedSecrets();
    const token = '01234567-89ab-cdef-0123-456789abcdef';
    await put('second', token);
    await put('third');
    expect((await put('second', token)).VersionStages).toEqual(['AWSPREVIOUS']);
    expect((await get()).SecretString).toBe('third');
    await expect(put('fourth', token)).rejects.toThrow(ResourceExistsException);
  });

  test('is told that no version has a label', async () => {
    const { get } = await startedSecrets();
    await expect(get('AWSPREVIOUS')).rejects.toThrow(ResourceNotFoundException);
    await expect(get('AWSPENDING')).rejects.toThrow(ResourceNotFoundException);
  });

  test('is told that there is no such secret', async () => {
    const { client } = await startedSecrets();
    const get = client.send(new GetSecretValueCommand({ SecretId: 'other' }));
    await expect(get).rejects.toThrow(ResourceNotFoundException);
  });
});

test('a value that this machine puts is current, and the one before stays', async () => {
  const { secrets, get } = await startedSecrets();
  const first = secrets.valueOf(plan.name);
  secrets.put(plan.name, 'second');
  expect(secrets.valueOf(plan.name)).toBe('second');
  expect((await get('AWSPREVIOUS')).SecretString).toBe(first);
});
