import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PushUrl } from '../client/backend/push-url.ts';
import { uidpush } from './uidpush.ts';

let pushUrl: PushUrl;
let folder: string;
let environment: Record<string, string>;

beforeEach(async () => {
  pushUrl = await PushUrl.start();
  pushUrl.answerJson('{"uid":"u1","delivered":1,"gone":0,"failed":0}');
  folder = await mkdtemp(join(tmpdir(), 'uidpush-profile-'));
  const keys = 'aws_access_key_id = KEYOFPROFILE\naws_secret_access_key = s';
  await writeFile(join(folder, 'credentials'), `[work]\n${keys}\n`);
  environment = {
    UIDPUSH_PUSH_URL: pushUrl.url,
    UIDPUSH_REGION: 'eu-west-1',
    AWS_PROFILE: 'work',
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
});
afterEach(async () => {
  await pushUrl.stop();
  await rm(folder, { recursive: true });
});

describe('the command', () => {
  it('signs with the profile that the AWS tools would use', async () => {
    expect(await uidpush(['push', 'u1', '{}'], environment)).toMatchObject({ exitCode: 0, notes: '' });
    expect(pushUrl.requests[0]?.headers.authorization).toContain('Credential=KEYOFPROFILE/');
  });

  it('signs nothing when it has a secret, or the push URL is not AWS’s', async () => {
    await uidpush(['push', 'u1', '{}'], { ...environment, UIDPUSH_SECRET: 'a-secret' });
    await uidpush(['push', 'u1', '{}'], { ...environment, UIDPUSH_REGION: '' });

    expect(pushUrl.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer a-secret',
      undefined,
    ]);
  });

  it('says how to get credentials when there are none', async () => {
    const { exitCode, notes } = await uidpush(['push', 'u1', '{}'], {
      ...environment,
      AWS_PROFILE: 'nobody',
    });

    expect(exitCode).toBe(3);
    expect(notes).toContain('aws sso login');
  });

  it('says what a request lacks that was not signed', async () => {
    pushUrl.answer = (response) => response.writeHead(403).end('{"Message":"Forbidden"}');
    const { notes } = await uidpush(['push', 'u1', '{}'], { UIDPUSH_PUSH_URL: pushUrl.url });

    expect(notes).toContain('UIDPUSH_REGION');
  });

  it.each([
    ['ExpiredTokenException', 'The security token included in the request is expired', 'sign in again'],
    ['InvalidSignatureException', 'Signature expired: 20260101T000000Z is now earlier than …', 'clock'],
    ['UnrecognizedClientException', 'The security token included in the request is invalid.', 'account'],
    ['AccessDeniedException', 'Forbidden.', 'lambda:InvokeFunctionUrl'],
  ])('repeats AWS’s reason, %s, and what to do', async (type, message, hint) => {
    pushUrl.answer = (response) => {
      response.writeHead(403, { 'x-amzn-errortype': type }).end(JSON.stringify({ message }));
    };
    const { exitCode, notes } = await uidpush(['push', 'u1', '{}'], environment);

    expect(exitCode).toBe(3);
    expect(notes).toContain(type);
    expect(notes).toContain(hint);
  });
});
