import { describe, expect, test } from 'vitest';
import { conformance, outputsFile } from '../conformance/conformance-program.ts';
import { patience } from '../support/patience.ts';
import { QueueingClient } from '../support/queueing-client.ts';
import { type RunningStack, runStack } from './running-stack.ts';

const origin = 'https://app.example';
const header = 'x-uidpush-origin-secret';
const domain = {
  domainName: 'push.example.com',
  domainCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
  domainPath: 'push/v1',
};

/** What a socket by API Gateway's own address is answered, with these headers. */
async function directly(stack: RunningStack, headers: Record<string, string> = {}): Promise<string> {
  const connecting = QueueingClient.connect(stack.stack.outputs.ApiWebSocketUrl ?? '', { origin, headers });
  try {
    await (await connecting).close();
    return 'open';
  } catch (error) {
    return String(error);
  }
}

async function closed(client: QueueingClient): Promise<string> {
  await client.close();
  return 'closed';
}

function byCloudFront(stack: RunningStack, from = origin, headers: Record<string, string> = {}) {
  return QueueingClient.connect(stack.stack.outputs.WebSocketUrl, { origin: from, headers });
}

function originSecret(stack: RunningStack): string {
  return stack.secretNameLike('OriginSecret');
}

describe('with cloudFront=only', () => {
  const stack = runStack({ context: { ...domain, cloudFront: 'only', allowedOrigins: origin } });

  test('a page registers by CloudFront, by the path of the own name, and gets pushes', async () => {
    expect(stack.stack.outputs.WebSocketUrl).toMatch(/\/push\/v1$/);
    const browser = await byCloudFront(stack);
    browser.send('u1');
    await expect.poll(() => stack.push('{"uid":"u1"}'), patience).toMatchObject({ delivered: 1 });
    expect(await browser.next()).toBe('{"uid":"u1"}');
    await browser.close();
  });

  test('what comes by another way is refused, whatever it says of itself', async () => {
    expect(await directly(stack)).toContain('403');
    expect(await directly(stack, { [header]: '' })).toContain('403');
    expect(await directly(stack, { [header]: 'a'.repeat(43) })).toContain('403');
  });

  test('what a page sends by the name of the header is of no account', async () => {
    const browser = await byCloudFront(stack, origin, { [header]: 'a'.repeat(43) });
    await browser.close();
  });

  test('origins are checked as without it', async () => {
    await expect(byCloudFront(stack, 'https://other.example')).rejects.toThrow('403');
  });

  test('while the secret is replaced, CloudFront may have the value before', async () => {
    const name = originSecret(stack);
    const before = stack.stack.secretValue(name);
    stack.stack.putSecretValue(name, 'b'.repeat(43));
    expect(await directly(stack, { [header]: before })).toBe('open');
    // A function reads the secret anew for a value that it doesn't know, but not all the time.
    await expect.poll(() => byCloudFront(stack).then(closed, String), patience).toBe('closed');
  });

  test('conformance finds that API Gateway’s own address is refused', async () => {
    const file = await outputsFile(stack.stack.outputs);
    const { output } = await conformance(['--outputs', file, '--only', 'socket', '--origin', origin]);
    expect(output).toMatch(/by API Gateway’s own address .*\| passed/);
    expect(output).toContain('0 failed');
  });
});

describe('with cloudFront=beside', () => {
  const stack = runStack({ context: { cloudFront: 'beside' } });

  test('pages connect by either address', async () => {
    expect(await directly(stack)).toBe('open');
    await (await byCloudFront(stack)).close();
  });
});
