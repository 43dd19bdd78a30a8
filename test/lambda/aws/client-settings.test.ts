import { setFlagsFromString } from 'node:v8';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  callerFromEnvironment,
  clientSettings,
  tableSettings,
  withFastSettings,
} from '../../../lambda/aws/client-settings.ts';
import { documentClient } from '../../../lambda/aws/dynamodb.ts';
import { DynamoDbConnectionTable } from '../../../lambda/aws/dynamodb-connection-table.ts';
import { DynamoDbMessageLog } from '../../../lambda/aws/dynamodb-message-log.ts';
import { caller, startService } from './service.ts';

describe('a service is', () => {
  test.each([
    ['eu-central-1', 'secretsmanager.eu-central-1.amazonaws.com'],
    ['us-gov-west-1', 'secretsmanager.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 'secretsmanager.cn-north-1.amazonaws.com.cn'],
  ])('at AWS in its region (%s)', (region, hostname) => {
    const { config } = new SecretsManagerClient(clientSettings({ caller: { ...caller, region } }));

    const { url } = config.endpointProvider({ Region: region, UseFIPS: false, UseDualStack: false });
    expect(url.hostname).toBe(hostname);
  });

  test('where the environment says', async () => {
    const { url, requests } = await startService((_, response) => response.end('{}'));
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', url.href);
    onTestFinished(() => void vi.unstubAllEnvs());
    const client = documentClient({ caller });
    await new DynamoDbMessageLog(client, 'messages').latestOf('u1');

    expect(requests).toMatchObject([
      {
        headers: {
          'x-amz-target': 'DynamoDB_20120810.GetItem',
          'x-amz-security-token': caller.sessionToken,
          authorization: expect.stringMatching(
            /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/dynamodb\/aws4_request, /,
          ),
        },
      },
    ]);
  });
});

test('DynamoDB is not asked for an account’s or a table’s own address', async () => {
  const { config } = new DynamoDBClient(tableSettings({ caller }));

  expect(await config.accountIdEndpointMode()).toBe('disabled');
  expect(await config.endpointDiscoveryEnabled?.()).toBeFalsy();
});

test('V8 keeps the settings of what is called often as an object, after calls too', async () => {
  setFlagsFromString('--allow-natives-syntax');
  const isFast = new Function('object', 'return %HasFastProperties(object)') as (object: object) => boolean;
  const { url } = await startService();
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', url.href);
  onTestFinished(() => void vi.unstubAllEnvs());
  const client = documentClient({ caller });
  const plain = new DynamoDBClient(tableSettings({ caller }));
  await new DynamoDbConnectionTable(client, 'table').connectionsOf('u1', 0);
  await new DynamoDbMessageLog(client, 'messages').latestOf('u1');

  expect(isFast(plain.config)).toBe(false);
  expect(isFast(withFastSettings(plain).config)).toBe(true);
  expect(isFast(client.config)).toBe(true);
  expect(isFast(client.queries.config)).toBe(true);
});

describe('the caller is', () => {
  const environment = {
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_REGION: 'eu-central-1',
  };

  test('the function’s role in its region', () => {
    expect(callerFromEnvironment(environment)).toEqual({
      accessKeyId: 'id',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      region: 'eu-central-1',
    });
  });

  test('without a session token where there is none', () => {
    expect(callerFromEnvironment({ ...environment, AWS_SESSION_TOKEN: '' })).not.toHaveProperty(
      'sessionToken',
    );
  });

  test.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'])('unknown without %s', (name) => {
    expect(() => callerFromEnvironment({ ...environment, [name]: undefined })).toThrow(name);
  });
});
