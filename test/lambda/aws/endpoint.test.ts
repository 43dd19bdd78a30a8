import { describe, expect, test } from 'vitest';
import { callerFromEnvironment } from '../../../lambda/aws/caller.ts';
import { endpointOf } from '../../../lambda/aws/endpoint.ts';

const secrets = { name: 'secretsmanager', environmentName: 'SECRETS_MANAGER' };

describe('a service is', () => {
  test.each([
    ['eu-central-1', 'https://secretsmanager.eu-central-1.amazonaws.com/'],
    ['us-gov-west-1', 'https://secretsmanager.us-gov-west-1.amazonaws.com/'],
    ['cn-north-1', 'https://secretsmanager.cn-north-1.amazonaws.com.cn/'],
  ])('at AWS in its region (%s)', (region, url) => {
    expect(endpointOf(secrets, region, {}).href).toBe(url);
  });

  test('where the environment says', () => {
    const environment = {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:4000',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:5000',
    };
    expect(endpointOf(secrets, 'local', environment).href).toBe('http://127.0.0.1:4000/');
    expect(endpointOf({ ...secrets, environmentName: 'SQS' }, 'local', environment).port).toBe('5000');
  });
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
