import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { containerCredentials } from '../../../client/backend/container-credentials.ts';
import { environmentOrContainerCredentials } from '../../../client/backend/credentials.ts';
import { createPushClient } from '../../../client/backend/push-client.ts';
import { patience } from '../../support/patience.ts';
import { PushUrl } from './push-url.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const minuteMs = 60_000;
let agent: PushUrl;
let folder: string;
let now: number;
let waits: number[];

/** A grant as the container's agent answers it. */
function grant(key: string, minutes: number): string {
  const Expiration = new Date(start + minutes * minuteMs).toISOString();
  return JSON.stringify({ AccessKeyId: key, SecretAccessKey: 's', Token: 't', Expiration });
}

function credentialsOfContainer() {
  return containerCredentials({
    now: () => now,
    random: () => 0.5,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
    },
  });
}

/** Responds to the requests with these answers, then with `grant`. */
function failFirst(times: number, fail: PushUrl['answer'], then: string): void {
  agent.answer = (response) => {
    if (agent.requests.length <= times) fail(response);
    else response.end(then);
  };
}

beforeEach(async () => {
  now = start;
  waits = [];
  agent = await PushUrl.start();
  folder = await mkdtemp(join(tmpdir(), 'uidpush-agent-'));
  vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', undefined);
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${agent.url}/role?id=1`);
  vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'a-token');
  vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await agent.stop();
  await rm(folder, { recursive: true });
});

describe('the credentials of a container', () => {
  it('are asked of the address in the environment, with its token', async () => {
    agent.answerJson(grant('KEY', 360));
    expect(await credentialsOfContainer()()).toEqual({
      accessKeyId: 'KEY',
      secretAccessKey: 's',
      sessionToken: 't',
    });
    expect(agent.requests[0]).toMatchObject({ path: '/role?id=1', headers: { authorization: 'a-token' } });
  });

  it('are asked with the token of a file, which is read each time, since EKS replaces it', async () => {
    const file = join(folder, 'token');
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', file);
    agent.answerJson(grant('KEY1', 30), grant('KEY2', 360));
    const credentials = credentialsOfContainer();
    await writeFile(file, 'first-token\n');
    await credentials();
    await writeFile(file, 'second-token');
    now = start + 40 * minuteMs;
    await credentials();

    expect(agent.requests.map(({ headers }) => headers.authorization)).toEqual([
      'first-token',
      'second-token',
    ]);
  });

  it('are kept, and asked for once by all who wait', async () => {
    agent.answerJson(grant('KEY1', 30), grant('KEY2', 360));
    const credentials = credentialsOfContainer();
    expect(await Promise.all([credentials(), credentials()])).toMatchObject([
      { accessKeyId: 'KEY1' },
      { accessKeyId: 'KEY1' },
    ]);
    now = start + 25 * minuteMs - 1;
    expect(await credentials()).toMatchObject({ accessKeyId: 'KEY1' });
    expect(agent.requests).toHaveLength(1);
  });

  it('are renewed five minutes before they expire, while requests go on with those that are valid', async () => {
    agent.answerJson(grant('KEY1', 30), grant('KEY2', 360));
    const credentials = credentialsOfContainer();
    await credentials();
    now = start + 25 * minuteMs;
    expect(await Promise.all([credentials(), credentials()])).toMatchObject([
      { accessKeyId: 'KEY1' },
      { accessKeyId: 'KEY1' },
    ]);

    await vi.waitFor(
      async () => expect(await credentials()).toMatchObject({ accessKeyId: 'KEY2' }),
      patience,
    );
    expect(agent.requests).toHaveLength(2);
  });

  it('with under five minutes left are asked for once a minute, not for every request', async () => {
    agent.answerJson(grant('KEY', 4));
    const credentials = credentialsOfContainer();
    for (let requests = 0; requests < 20; requests++) await credentials();
    expect(agent.requests).toHaveLength(1);

    now = start + minuteMs;
    for (let requests = 0; requests < 20; requests++) await credentials();
    await vi.waitFor(() => expect(agent.requests).toHaveLength(2), patience);
  });

  it('that are still valid are used when the renewal fails', async () => {
    agent.answerJson(grant('KEY', 30));
    const credentials = credentialsOfContainer();
    await credentials();
    agent.answer = (response) => response.writeHead(500).end();
    now = start + 26 * minuteMs;

    expect(await credentials()).toMatchObject({ accessKeyId: 'KEY' });
    await vi.waitFor(() => expect(agent.requests).toHaveLength(5), patience);
    expect(await credentials()).toMatchObject({ accessKeyId: 'KEY' });
    now = start + 30 * minuteMs;
    await expect(credentials()).rejects.toThrow('500');
  });

  it.each<[string, PushUrl['answer']]>([
    ['429', (response) => response.writeHead(429).end()],
    ['503', (response) => response.writeHead(503).end()],
    ['a broken connection', (response) => response.destroy()],
  ])('are asked for up to four times after %s, with growing waits', async (_what, fail) => {
    failFirst(3, fail, grant('KEY', 360));
    expect(await credentialsOfContainer()()).toMatchObject({ accessKeyId: 'KEY' });
    expect(waits).toEqual([200, 400, 800]);
  });

  it('are not asked for without end, nor again when the agent refuses', async () => {
    agent.answer = (response) => response.writeHead(503).end();
    await expect(credentialsOfContainer()()).rejects.toThrow('503');
    expect(agent.requests).toHaveLength(4);

    agent.answer = (response) => response.writeHead(400).end();
    await expect(credentialsOfContainer()()).rejects.toThrow('400');
    expect(agent.requests).toHaveLength(5);
  });

  it('are asked for again by the request after a failure', async () => {
    agent.answer = (response) => response.writeHead(400).end();
    const credentials = credentialsOfContainer();
    await expect(credentials()).rejects.toThrow('400');

    agent.answerJson(grant('KEY', 360));
    expect(await credentials()).toMatchObject({ accessKeyId: 'KEY' });
  });

  it.each([
    'http://example.com/role',
    'http://127.0.0.1.example.com/role',
    'no address',
    'http://user:a-password@127.0.0.1/role',
  ])('are not asked of %s', async (address) => {
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', address);
    const error: unknown = await credentialsOfContainer()().catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Error);
    expect(inspect(error)).not.toContain('a-password');
  });

  it.each([
    '.example.com/role',
    ':8080/role',
    '0/role',
    '@example.com/role',
    'role',
    ' /role',
    '\t.example.com/role',
  ])('are not asked of what is no path: %j', async (path) => {
    const fetch = vi.fn().mockRejectedValue(new Error('It was asked.'));
    vi.stubGlobal('fetch', fetch);
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', path);

    await expect(credentialsOfContainer()()).rejects.toThrow('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
    expect(fetch).not.toHaveBeenCalled();
  });

  it.each<[string, string, string]>([
    ['a token with a line break', 'the-token\nx', grant('KEY', 360)],
    ['a token that is no ASCII', 'the-token-ü', grant('KEY', 360)],
    ['an answer that is no JSON', 'a-token', 'the-token, and no JSON'],
    ['an answer without an end', 'a-token', '{"AccessKeyId":"the-token","SecretAccessKey":"the-token"}'],
  ])('fail without repeating it: %s', async (_what, token, answer) => {
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', token);
    agent.answerJson(answer);
    const client = createPushClient({
      url: 'https://x.lambda-url.eu-central-1.on.aws',
      credentials: credentialsOfContainer(),
    });
    const error: unknown = await client.health().catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'no-credentials' });
    expect(inspect(error, { depth: 9 })).not.toContain('the-token');
  });
});

describe('without AWS’s packages a client', () => {
  it('takes the credentials of the container', async () => {
    agent.answerJson(grant('KEY', 9_999_999));
    expect(await environmentOrContainerCredentials()()).toMatchObject({ accessKeyId: 'KEY' });
  });

  it('takes those of the environment before them', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'ENVIRONMENT');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
    expect(await environmentOrContainerCredentials()()).toMatchObject({ accessKeyId: 'ENVIRONMENT' });
    expect(agent.requests).toEqual([]);
  });
});
