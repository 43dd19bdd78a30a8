import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runStack } from '../e2e/running-stack.ts';
import { patience } from '../support/patience.ts';
import type { QueueingClient } from '../support/queueing-client.ts';

const php = 'php';
const canRun = spawnSync(php, ['--version']).status === 0;
if (!canRun && process.env.CI) throw new Error('The tests need php.');
const but = canRun ? '' : ' (not run: php is not installed)';

const stack = runStack({ context: { groups: 'true' } });

/** What a call of a method of `Gateway` in PHP returns, as JSON; its message is on standard error. */
async function gateway(call: string, endpoint = stack.stack.outputs.TextEndpoint): Promise<unknown> {
  const program = `require 'examples/gateway.php'; echo json_encode(Gateway::${call});`;
  const env = { ...process.env, TEXT_ENDPOINT: endpoint };
  const { stdout } = await promisify(execFile)(php, ['-r', program], { env, timeout: patience.timeout });
  return JSON.parse(stdout);
}

/** A tab of a uid: a framed page that has a name of its own. */
async function tab(uid: string, device: string): Promise<QueueingClient> {
  const browser = await stack.socket();
  browser.send(JSON.stringify({ action: 'register', uid, device }));
  expect(JSON.parse(await browser.next())).toMatchObject({ type: 'registered', uid });
  return browser;
}

describe.runIf(canRun)(`gateway.php${but}`, () => {
  test('sends to several uids without a tab, and says who is offline', async () => {
    const [laptop, phone] = [await tab('php', 'laptop'), await tab('php', 'phone')];

    expect(
      await gateway("sendToUid(['php', 7, 'nobody'], ['text' => \"it's \\\"你好\\\"\"], 'laptop')"),
    ).toEqual({
      ...{ uids: 3, delivered: 1, gone: 0, failed: 0, excluded: 1 },
      offline: ['7', 'nobody'],
      unavailable: [],
    });
    expect(JSON.parse(await phone.next())).toMatchObject({ data: { text: 'it\'s "你好"' } });
    expect(await gateway("sendToUid('php', [])")).toMatchObject({ uids: 1, delivered: 2 });
    expect(JSON.parse(await laptop.next())).toMatchObject({ data: {} });
  });

  test('sends to a group without two tabs', async () => {
    await stack.json('PUT', 'groups/php%20room/uids/member');
    const tabs = [await tab('member', 'a'), await tab('member', 'b'), await tab('member', 'c')];
    onTestFinished(async () => void (await stack.json('DELETE', 'groups/php%20room')));

    expect(await gateway("sendToGroup('php room', ['n' => 1], ['a', 'c'])")).toEqual({
      group: 'php room',
      ...{ delivered: 1, gone: 0, failed: 0, excluded: 2 },
    });
    expect(JSON.parse(await tabs[1]!.next())).toMatchObject({ data: { n: 1 } });
    expect(await gateway("sendToGroup('nobody here', ['n' => 1])")).toMatchObject({ delivered: 0 });
    expect(await gateway("sendToGroup('', ['n' => 1])")).toBeNull();
  });

  test('throws where nothing listens', async () => {
    await expect(gateway("sendToGroup('g', [])", '127.0.0.1:1')).rejects.toThrow(
      "127.0.0.1:1 can't be reached",
    );
  });
});
