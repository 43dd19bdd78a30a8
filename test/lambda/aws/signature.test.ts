import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { expect, test } from 'vitest';
import { ApiGatewayConnections } from '../../../lambda/aws/api-gateway-connections.ts';
import type { Caller } from '../../../lambda/aws/client-settings.ts';
import { SignatureV4Signer } from '../../../lambda/aws/request-signer.ts';
import { caller, type ReceivedRequest, startService } from './service.ts';

/** The header `authorization` by the SDK's own signer. */
async function authorizationOf(
  { method, path, headers, body }: ReceivedRequest,
  { region, ...credentials }: Caller,
  service = 'execute-api',
): Promise<string | undefined> {
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, applyChecksum: false });
  // The signature is over the headers that it names; the signer adds its own.
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
  const own = ['x-amz-date', 'x-amz-security-token'];
  const signed = await signer.sign(
    {
      protocol: 'http:',
      hostname: '127.0.0.1',
      method,
      path,
      query: {},
      headers: Object.fromEntries(
        names.filter((name) => !own.includes(name)).map((name) => [name, String(headers[name])]),
      ),
      body,
    },
    { signingDate: dateOf(String(headers['x-amz-date'])) },
  );
  return signed.headers.authorization;
}

/** `20260131T123456Z` */
function dateOf(text: string): Date {
  return new Date(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

async function received(by: Caller, act: (connections: ApiGatewayConnections) => unknown) {
  const { url, requests } = await startService((_, response) => response.end());
  await act(new ApiGatewayConnections({ url: `${url}live`, maxSockets: 1, timeoutMs: 5_000, caller: by }));
  return requests;
}

test.each(['L0SM9cOFvHcCIhw=', 'a/b+c==', "it's(1)*!", 'ü %2F'])(
  'requests of a connection %s are signed as by the signer of the SDK',
  async (id) => {
    const requests = await received(caller, async (connections) => {
      await connections.post(id, '{"uid":"ü","text":"👋"}');
      await connections.post(id, '');
      await connections.close(id);
      await connections.probe(id);
    });

    expect(requests).toHaveLength(4);
    for (const request of requests) {
      expect(request.headers.authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/execute-api\/aws4_request, /,
      );
      expect(request.headers.authorization).toBe(await authorizationOf(request, caller));
      expect(request.headers['x-amz-security-token']).toBe(caller.sessionToken);
    }
  },
);

test('credentials without a session token send none', async () => {
  const { sessionToken, ...lasting } = caller;
  const [request] = await received(lasting, (connections) => connections.post('a=', 'hi'));

  expect(request!.headers.authorization).toBe(await authorizationOf(request!, lasting));
  expect(request!.headers).not.toHaveProperty('x-amz-security-token');
});

test('a request of a table, and one of the next day, are signed as by the signer of the SDK', async () => {
  const own = new SignatureV4Signer('dynamodb', caller);
  const headers = {
    host: 'dynamodb.eu-central-1.amazonaws.com',
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'DynamoDB_20120810.GetItem',
    'x-amz-user-agent': ' two  words ',
  };
  const request = {
    protocol: 'https:',
    hostname: headers.host,
    method: 'POST',
    path: '/',
    query: {},
    headers,
  };
  for (const time of ['2026-01-31T23:59:59Z', '2026-02-01T00:00:00Z']) {
    const body = '{"TableName":"ü"}';
    const signed = await own.sign({ ...request, body }, { signingDate: new Date(time) });

    expect(signed.headers.authorization).toContain(`/${time.slice(0, 10).replaceAll('-', '')}/`);
    expect(signed.headers.authorization).toBe(
      await authorizationOf({ ...request, headers: signed.headers, body }, caller, 'dynamodb'),
    );
  }
});
