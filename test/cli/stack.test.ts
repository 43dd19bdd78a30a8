import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { uidHash } from '../../protocol/uid-hash.ts';
import { patience, runStack } from '../e2e/running-stack.ts';
import { startUidpush, uidpush } from './uidpush.ts';

const stack = runStack({ identity: 'token', context: { pushAuth: 'secret' } });

/** What AWS was asked for, as the command's requests name it. */
let asked: string[];
beforeEach(() => {
  asked = [];
});

/**
 * CloudFormation and Secrets Manager, as far as the command asks them, for the stack on this machine.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
const aws = createServer(async (request, response) => {
  const body = await text(request);
  const { outputs, secretValue } = stack.stack;
  if (request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue') {
    const { SecretId } = JSON.parse(body);
    asked.push(`secret ${SecretId}`);
    response.end(JSON.stringify({ Name: SecretId, SecretString: secretValue(SecretId) }));
    return;
  }
  const query = new URLSearchParams(body);
  asked.push(`${query.get('Action')} ${query.get('StackName')}`);
  response.setHeader('content-type', 'text/xml');
  if (query.get('StackName') !== 'pushes') {
    response.statusCode = 400;
    response.end(
      '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id none does not exist</Message></Error></ErrorResponse>',
    );
    return;
  }
  const members = Object.entries(outputs).map(
    ([name, value]) => `<member><OutputKey>${name}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  response.end(
    `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member><StackName>pushes</StackName><CreationTime>2026-01-01T12:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  );
});
beforeAll(async () => {
  aws.listen(0, '127.0.0.1');
  await once(aws, 'listening');
});
afterAll(() => void aws.close());

function environment(): Record<string, string> {
  const endpoint = `http://127.0.0.1:${(aws.address() as AddressInfo).port}`;
  return {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
  };
}

describe('uidpush --stack', () => {
  it('finds the addresses of the stack, and reads its push secret', async () => {
    const ended = await uidpush(['--stack', 'pushes', 'push', 'nobody', '{}'], environment());

    expect(ended).toMatchObject({ exitCode: 1, notes: '', output: expect.stringContaining('"delivered":0') });
    expect(asked).toEqual(['DescribeStacks pushes', `secret ${stack.stack.outputs.PushSecretName}`]);
  });

  it('is what UIDPUSH_STACK says, and the secret is that of the environment where it has one', async () => {
    const ended = await uidpush(['push', 'nobody', '{}'], {
      ...environment(),
      UIDPUSH_STACK: 'pushes',
      UIDPUSH_SECRET: 'another-secret',
    });

    expect(ended).toMatchObject({ exitCode: 3, notes: expect.stringContaining('no valid secret') });
    expect(asked).toEqual(['DescribeStacks pushes']);
  });

  it('lets listen register as any uid, by the token secret', async () => {
    const args = ['--stack', 'pushes', 'listen', 'listener', '--count', '1'];
    const listener = startUidpush(args, environment());
    await expect.poll(() => stack.connectionsOf('listener'), patience).toBe(1);
    await uidpush(['--stack', 'pushes', 'push', 'listener', '{"n":1}'], environment());

    expect(await listener.ended).toMatchObject({ exitCode: 0, output: '{"uid":"listener","n":1}\n' });
    expect(asked).toContain(`secret ${stack.stack.outputs.TokenSecretName}`);
  });

  it('says why a stack can’t be read', async () => {
    expect(await uidpush(['--stack', 'none', 'online'], environment())).toEqual({
      exitCode: 3,
      output: '',
      notes:
        'uidpush: The stack none can’t be read. ValidationError: Stack with id none does not exist\n'.replace(
          '’',
          "'",
        ),
    });
  });

  it('is not combined with --outputs', async () => {
    const ended = await uidpush(['--stack', 'pushes', '--outputs', 'o.json', 'online'], environment());
    expect(ended).toMatchObject({ exitCode: 2, output: '' });
  });
});

describe('uidpush uid-hash', () => {
  const hash = () => uidHash('u1', stack.stack.outputs.UidHashKey ?? '');

  it('prints what the stack’s logs have of a uid', async () => {
    const ended = await uidpush(['--stack', 'pushes', 'uid-hash', 'u1'], environment());
    expect(ended).toEqual({ exitCode: 0, output: `${hash()}\n`, notes: '' });
  });

  it('needs the key', async () => {
    expect(await uidpush(['uid-hash', 'u1'], {})).toMatchObject({ exitCode: 2, output: '' });
    const key = { UIDPUSH_UID_HASH_KEY: stack.stack.outputs.UidHashKey ?? '' };
    expect(await uidpush(['uid-hash', 'u1'], key)).toMatchObject({ output: `${hash()}\n` });
  });
});
