import { describe, expect, test } from 'vitest';
import { type ApiAddresses, basePaths } from '../../../local/gateway/addresses.ts';
import { QueueingClient } from '../../support/queueing-client.ts';
import { connectTo, managementClient, refusedUpgrade, startTestGateway } from './test-gateway.ts';

const executeApi = 'abcd1234.execute-api.us-east-1.amazonaws.com';
const domain = { name: 'push.example.com', path: 'push/v1' };
const both: ApiAddresses = { stage: 'live', hasExecuteApi: true, domain };

test.each<[string, string, ApiAddresses, string[]]>([
  ['API Gateway’s name has the stage', executeApi, both, ['/live']],
  ['a disabled one has nothing', executeApi, { ...both, hasExecuteApi: false }, []],
  ['a name of its own has the mapped path', 'push.example.com', both, ['/push/v1']],
  ['so has it with a port, in any case', 'Push.Example.com:8001', both, ['/push/v1']],
  ['without a path it has the root', domain.name, { ...both, domain: { ...domain, path: '' } }, ['']],
  ['another name’s is that of this machine: both', '127.0.0.1:8001', both, ['/live', '/push/v1']],
  ['without a name of its own, the stage', 'push.example.com', { ...both, domain: undefined }, ['/live']],
])('%s', (_, host, addresses, paths) => {
  expect(basePaths(host, addresses)).toEqual(paths);
});

describe('a gateway with a name of its own', () => {
  const named = (hasExecuteApi = true) => startTestGateway({}, { domain, hasExecuteApi });
  const by = (host: string) => ({ headers: { Host: host } });

  test('opens a connection by each of its names, with the path of each', async () => {
    const { url, connectionIds } = await named();
    await QueueingClient.connect(`${url}/push/v1`, by(domain.name));
    await QueueingClient.connect(`${url}/live`, by(executeApi));
    await QueueingClient.connect(`${url}/push/v1`);
    await QueueingClient.connect(url);

    expect(connectionIds()).toHaveLength(4);
  });

  test.each([
    ['/live', domain.name],
    ['/', domain.name],
    ['/push', domain.name],
    ['/push/v1', executeApi],
  ])('refuses %s by the name %s', async (path, host) => {
    const { url } = await named();
    expect(await refusedUpgrade(url + path, by(host))).toMatchObject({ status: 403 });
  });

  test('refuses API Gateway’s name where that is disabled, and takes posts by the other', async () => {
    const gateway = await named(false);
    expect(await refusedUpgrade(`${gateway.url}/live`, by(executeApi))).toMatchObject({ status: 403 });
    const client = await QueueingClient.connect(`${gateway.url}/push/v1`);
    const [connectionId = ''] = gateway.connectionIds();
    await managementClient(gateway, 'push/v1').post(connectionId, 'hi');

    expect(await client.next()).toBe('hi');
    await expect(managementClient(gateway, 'live').post(connectionId, 'hi')).rejects.toThrow();
  });

  test('takes posts by both where both are there', async () => {
    const gateway = await named();
    const { client, connectionId } = await connectTo(gateway);
    await managementClient(gateway, 'live').post(connectionId, '1');
    await managementClient(gateway, 'push/v1').post(connectionId, '2');

    expect([await client.next(), await client.next()]).toEqual(['1', '2']);
  });
});
