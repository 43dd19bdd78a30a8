import { expect, test } from 'vitest';
import type { Presence } from '../../protocol/answers/presence.ts';
import { patience, runStack } from '../e2e/running-stack.ts';
import { codeBlocks, readDocument } from './document.ts';

const stack = runStack({ context: { groups: 'true' } });
const page = readDocument('docs/COMING_FROM_WORKERMAN.md');
const login = '{"type":"login","uid":"u1"}';

test.each([login, 'ping'])('the first message %s is the uid as it stands', async (first) => {
  expect(page).toContain(`\`${first}\``);
  const browser = await stack.browser(first);
  browser.send('u1');

  expect(await stack.push(JSON.stringify({ uid: first }))).toMatchObject({ delivered: 1 });
  expect(await stack.json('GET', 'uids/u1')).toMatchObject({ online: false });
});

test('after the uid, a ping changes nothing and is not answered', async () => {
  const browser = await stack.browser('u2');
  browser.send('ping');
  browser.send('{"type":"pong"}');
  browser.send('{"action":"ping"}');

  expect(await browser.next()).toBe('{"type":"pong"}');
  expect(await stack.connectionsOf('u2')).toBe(1);
});

test('its PHP is that of the example', async () => {
  const [calls = '', sample = ''] = codeBlocks(page, 'php');
  const example = readDocument('examples/push.php');
  const lines = sample.split('\n').filter((line) => /^ {4}'/.test(line));

  expect(lines.length).toBeGreaterThan(4);
  for (const line of lines) expect(example).toContain(line.trim());
  const called = Array.from(calls.matchAll(/^Gateway::.*?;/gm), ([call]) => call);
  expect(called.length).toBeGreaterThan(1);
  for (const call of called) expect(readDocument('examples/gateway.php')).toContain(call);
});

test('every route of its table is one of the push URL', async () => {
  const routes = Array.from(page.matchAll(/`(GET|POST|PUT|DELETE) (\/[^`?]*)/g), ([, method, path = '']) => ({
    method,
    path: path.replace('<uid>', 'u1').replace('<group>', 'room'),
  }));
  expect(routes.length).toBeGreaterThan(5);
  for (const { method, path: template } of routes) {
    const path = template.includes('<id>')
      ? template.replace('<id>', encodeURIComponent(await newConnection()))
      : template;
    const response = await stack.request(
      method ?? '',
      path.slice(1),
      method === 'POST' ? bodyFor(template) : {},
    );
    expect({ method, path, ok: response.ok }).toEqual({ method, path, ok: true });
  }
});

function bodyFor(path: string): RequestInit {
  if (path !== '/multicast') return { body: '{"uid":"x"}' };
  return { body: '{"uids":["x"]}\n{}', headers: { 'content-type': 'application/x-ndjson' } };
}

test('its table has each public method of Gateway', () => {
  const methods = readDocument('test/docs/gateway-methods.txt').trim().split('\n');

  expect(methods).toHaveLength(42);
  for (const file of ['docs/COMING_FROM_WORKERMAN.md', 'docs/zh-CN/COMING_FROM_WORKERMAN.md']) {
    const missing = methods.filter((method) => !new RegExp(`\`${method}[\`(]`).test(readDocument(file)));
    expect({ file, missing }).toEqual({ file, missing: [] });
  }
});

async function newConnection(): Promise<string> {
  await stack.browser('closes');
  const { connections } = await stack.json<Presence>('GET', 'uids/closes');
  return connections[0]?.id ?? '';
}

test('a uid with a broken message harms nobody', async () => {
  await stack.browser('unharmed');
  expect(await stack.answersTo('{"uid":[1]}', '{"uid":"unharmed"}')).toEqual(['fail', 'ok']);
  await expect.poll(() => stack.connectionsOf('unharmed'), patience).toBe(1);
});
