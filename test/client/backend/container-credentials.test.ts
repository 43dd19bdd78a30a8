import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { containerCredentials } from '../../../client/backend/container-credentials.ts';
import { defaultCredentials } from '../../../client/backend/credentials.ts';
import { PushUrl } from './push-url.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const minuteMs = 60_000;
let agent: PushUrl;

/** A grant as the container's agent answers it. */
function grant(key: string, expiration: string): string {
  return JSON.stringify({ AccessKeyId: key, SecretAccessKey: 's', Token: 't', Expiration: expiration });
}

beforeEach(async () => {
  agent = await PushUrl.start();
  vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', undefined);
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${agent.url}/role?id=1`);
  vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'a-token');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await agent.stop();
});

describe('the credentials of a container', () => {
  it('are asked of the address in the environment, with its token', async () => {
    agent.answerJson(grant('KEY', '2026-01-01T06:00:00Z'));
    expect(await containerCredentials(() => start)()).toEqual({
      accessKeyId: 'KEY',
      secretAccessKey: 's',
      sessionToken: 't',
    });
    expect(agent.requests[0]).toMatchObject({ path: '/role?id=1', headers: { authorization: 'a-token' } });
  });

  it('are kept until five minutes before they expire', async () => {
    agent.answerJson(grant('KEY1', '2026-01-01T00:30:00Z'), grant('KEY2', '2026-01-01T06:00:00Z'));
    let now = start;
    const credentials = containerCredentials(() => now);
    expect(await Promise.all([credentials(), credentials()])).toMatchObject([
      { accessKeyId: 'KEY1' },
      { accessKeyId: 'KEY1' },
    ]);
    now = start + 25 * minuteMs - 1;
    expect(await credentials()).toMatchObject({ accessKeyId: 'KEY1' });
    expect(agent.requests).toHaveLength(1);

    now = start + 25 * minuteMs;
    expect(await credentials()).toMatchObject({ accessKeyId: 'KEY2' });
  });

  it('are asked for again after a failure', async () => {
    agent.answer = (response) => response.writeHead(500).end();
    const credentials = containerCredentials(() => start);
    await expect(credentials()).rejects.toThrow('500');

    agent.answerJson(grant('KEY', '2026-01-01T06:00:00Z'));
    expect(await credentials()).toMatchObject({ accessKeyId: 'KEY' });
  });

  it('are not asked of another host without TLS', async () => {
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', 'http://example.com/role');
    await expect(containerCredentials()()).rejects.toThrow('must be https');
  });
});

describe('without credentials of its own a client', () => {
  it('takes those of the container', async () => {
    agent.answerJson(grant('KEY', '2999-01-01T00:00:00Z'));
    expect(await defaultCredentials()()).toMatchObject({ accessKeyId: 'KEY' });
  });

  it('takes those of the environment before them', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'ENVIRONMENT');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
    expect(await defaultCredentials()()).toMatchObject({ accessKeyId: 'ENVIRONMENT' });
    expect(agent.requests).toEqual([]);
  });
});
