import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createToken } from '../../client/backend/create-token.ts';
import { type LocalStack, start } from '../../local/start.ts';
import type { Presence } from '../../protocol/answers/presence.ts';
import { launchChromium } from '../support/chromium.ts';
import { delivered, patience, startStack, waitUntilReachable } from './stack.ts';

/** One browser, which waits for a person to register it. */
const unregistered = '?uid=';
const anyPorts = { host: '127.0.0.1', webSocketPort: 0, textPort: 0, httpPort: 0 };

let stack: LocalStack;
let browser: Browser;

beforeAll(async () => {
  stack = await startStack();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

describe('a browser on the show page', () => {
  test('registers the uid that is typed, and shows what the form pushes to it', async () => {
    const page = await openPage(unregistered);
    await register(page, 'alice');

    await pushFromForm(page, '{"title":"Hello"}');

    await expect.poll(() => messages(page), patience).toContain('{"uid":"alice","title":"Hello"}');
    await expect
      .poll(() => answer(page), patience)
      .toEqual({ uid: 'alice', delivered: 1, gone: 0, failed: 0 });
    await page.getByText('Delivered to 1 connection.').waitFor();
  });

  test('registers at once with ?uid= in the address', async () => {
    const page = await openPage('?uid=bob');

    await panelOf(page, 'bob').waitFor();
    await waitUntilReachable(stack, 'bob');
  });

  test('shows the exact text of a line, newest first', async () => {
    const page = await openPage('?uid=42');
    await waitUntilReachable(stack, '42');
    const first = '{"uid":42 ,  "order":9007199254740993, "amount":1.0}';
    const second = '{"uid":"42","text":"\\u00e9 é 你好 🚀"}';

    await pushLines([first, second]);

    await expect.poll(async () => (await messages(page)).slice(0, 2), patience).toEqual([second, first]);
  });

  test('shows markup as text', async () => {
    const page = await openPage('?uid=mallory');
    await waitUntilReachable(stack, 'mallory');
    const hostile = `{"uid":"mallory","text":"<img src=x onerror='document.title=1'><script>document.title=1</script>"}`;

    await pushLines([hostile]);

    await expect.poll(() => messages(page), patience).toContain(hostile);
    expect(await page.getByRole('log').locator('img, script').count()).toBe(0);
    expect(await page.title()).toBe('uidpush');
  });

  test('keeps the newest 100 messages and counts them all', async () => {
    const page = await openPage('?uid=busy');
    await waitUntilReachable(stack, 'busy');

    await pushLines(Array.from({ length: 100 }, (_, index) => `{"uid":"busy","index":${index}}`));

    await panelSaying(page, '101 arrived, the newest 100 shown').waitFor();
    expect(await messages(page)).toHaveLength(100);
    expect((await messages(page))[0]).toBe('{"uid":"busy","index":99}');
  });

  test('gets nothing more once it has left', async () => {
    const page = await openPage(unregistered);
    await register(page, 'carol');

    await page.getByRole('button', { name: 'Leave' }).click();

    await panelSaying(page, 'Not registered').waitFor();
    await expect.poll(() => delivered(stack, 'carol'), patience).toBe(0);
  });

  test.each(['uid=anna&uid=ben', 'uid=ben&uid=anna'])(
    'has several uids side by side with ?%s',
    async (query) => {
      const page = await openPage(`?${query}`);
      await panelOf(page, 'anna').waitFor();
      await panelOf(page, 'ben').waitFor();

      await push({ uid: 'ben', to: 'ben' });

      await expect.poll(() => messages(panelOf(page, 'ben')), patience).toEqual(['{"uid":"ben","to":"ben"}']);
      expect(await messages(panelOf(page, 'anna'))).toEqual([]);
    },
  );

  test('can be added and removed', async () => {
    const page = await openPage('?uid=first');
    await panelOf(page, 'first').waitFor();
    await page.getByRole('button', { name: 'Add a browser' }).click();
    const added = page.getByRole('region', { name: 'Browser 2' });
    await added.getByLabel('uid', { exact: true }).fill('second');
    await page.keyboard.press('Enter');
    await panelOf(page, 'second').waitFor();

    await added.getByRole('button', { name: 'Remove Browser 2' }).click();

    await expect.poll(() => delivered(stack, 'second'), patience).toBe(0);
    expect(await delivered(stack, 'first')).toBe(1);
  });

  test('registers again by itself when its connection breaks', async () => {
    const page = await openPage('?uid=dave');
    await panelOf(page, 'dave').waitFor();
    const [before] = await connectionsOf('dave');

    stack.gateway.killSocket(before!);

    await expect.poll(async () => (await connectionsOf('dave')).at(-1), patience).not.toBe(before);
    await panelOf(page, 'dave').waitFor();
    await expect.poll(() => arrivesAt(page, 'dave'), patience).toBe(true);
  });

  test('says that there is network trouble while it is offline, and is back when it is online', async () => {
    const page = await openPage('?uid=erin');
    await panelOf(page, 'erin').waitFor();
    const [before] = await connectionsOf('erin');

    await page.context().setOffline(true);
    stack.gateway.killSocket(before!);
    await panelSaying(page, 'Network trouble').waitFor();
    await page.context().setOffline(false);

    await panelOf(page, 'erin').waitFor();
    await expect.poll(() => arrivesAt(page, 'erin'), patience).toBe(true);
  });

  test('is kicked, says so, and may register again', async () => {
    const page = await openPage('?uid=frank');
    await panelOf(page, 'frank').waitFor();

    await page.getByRole('button', { name: 'Kick' }).click();

    await panelSaying(page, 'Kicked by the backend').waitFor();
    await page.getByText('Kicked: 1 ended, 0 failed.').waitFor();
    expect(await connectionsOf('frank')).toEqual([]);
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await panelOf(page, 'frank').waitFor();
  });
});

describe('stored messages on the show page', () => {
  test('are pushed with the seconds that are typed, and the answer’s number is shown', async () => {
    const page = await openPage();
    const headers: Record<string, string>[] = [];
    await page.route('**/push', (route) => {
      headers.push(route.request().headers());
      return route.fulfill({
        json: { uid: 'u1', delivered: 0, gone: 0, failed: 0, seq: 7, stored: true },
      });
    });
    await pushFromForm(page, '{}');
    await page.getByText('Stored as 7. Nobody is registered as u1.').waitFor();
    await page.getByLabel('Store for').fill('600');
    await pushFromForm(page, '{}');
    await expect.poll(() => headers.map(({ ttl }) => ttl), patience).toEqual([undefined, '600']);

    await page.getByText('The same from a shell').click();
    await page.getByText("-H 'TTL: 600'").waitFor();
  });

  test('arrive with their numbers, a gap between them is noted, and a reloaded page asks for newer ones only', async () => {
    const page = await newPage();
    const asked: number[] = [];
    await page.routeWebSocket(stack.outputs.WebSocketUrl, (socket) => {
      socket.onMessage((frame) => {
        const { action, uid, since } = JSON.parse(String(frame));
        if (action === 'register') asked.push(since);
        const now = Date.now();
        const registered = { uid, connectionId: 'c', connectionExpiresAt: now + 7_200_000, now, latest: 0 };
        const answer = {
          register: [{ type: 'registered', ...registered }, stored(1), stored(3)],
          replay: [stored(3), { type: 'replayed', through: 3, latest: 3, gap: true }],
        }[action as string];
        for (const reply of answer ?? []) socket.send(JSON.stringify(reply));
      });
    });
    const stored = (seq: number) => ({ type: 'message', id: `push-${seq}`, seq, data: { seq } });

    await page.goto(`${stack.outputs.PageUrl}?uid=lena`);

    await page.getByText('stored as 3').waitFor();
    const entries = await page.getByRole('log').locator('.message, .gap').allTextContents();
    expect(entries.map((entry) => /stored as \d|expired/.exec(entry)?.[0])).toEqual([
      'stored as 3',
      'expired',
      'stored as 1',
    ]);
    await page.reload();
    await expect.poll(() => asked, patience).toEqual([0, 3]);
  });
});

describe('the form on the show page', () => {
  test('pushes to everyone and says how many that were', async () => {
    const page = await openPage('?uid=gina&uid=hugo');
    await panelOf(page, 'gina').waitFor();
    await panelOf(page, 'hugo').waitFor();

    await page.getByLabel('Message, a JSON object').fill('{"all":true}');
    await page.getByRole('button', { name: 'Push to all' }).click();

    await page.getByText(/^Broadcast finished\. Delivered to \d+ connections/).waitFor();
    for (const uid of ['gina', 'hugo']) {
      await expect.poll(() => messages(panelOf(page, uid)), patience).toEqual(['{"all":true}']);
    }
  });

  test('is addressed to who is chosen among those online', async () => {
    const page = await openPage('?uid=ivan&uid=jane');
    await panelOf(page, 'ivan').waitFor();
    await panelOf(page, 'jane').waitFor();

    await page.getByRole('region', { name: 'Online' }).getByRole('button', { name: 'ivan' }).click();

    expect(await page.getByLabel('To uid').inputValue()).toBe('ivan');
  });

  test('says when nobody is registered as the uid', async () => {
    const page = await openPage();

    await page.getByLabel('To uid').fill('nobody');
    await pushFromForm(page, '{}');

    await page.getByText('Nobody is registered as nobody.').waitFor();
    expect(await answer(page)).toEqual({ uid: 'nobody', delivered: 0, gone: 0, failed: 0 });
  });

  test.each([
    ['is not JSON', '{"uid":"u1",}', 'the JSON is wrong at character'],
    ['is not an object', '[1]', 'an array, not a JSON object'],
  ])('says why a message that %s is refused', async (_kind, message, reason) => {
    const page = await openPage();

    await pushFromForm(page, message);

    await page.getByText('Refused (HTTP 400)').waitFor();
    expect(await page.getByText('Refused (HTTP 400)').textContent()).toContain(reason);
  });

  test('says when the push URL is out of reach', async () => {
    const page = await openPage();
    await page.route('**/push', (route) => route.abort());

    await pushFromForm(page, '{}');

    await page.getByText('The push URL can’t be reached.').waitFor();
  });

  test('gives commands that push the same from a shell', async () => {
    const page = await openPage();
    await page.getByLabel('To uid').fill("O'Hara");
    await page.getByLabel('Message, a JSON object').fill('{\n  "text": "it\'s here"\n}');

    await page.getByText('The same from a shell').click();

    const { PushUrl, TextEndpoint } = stack.outputs;
    await page.getByText(`${PushUrl}push`).waitFor();
    await page.getByText(`nc -q1 ${TextEndpoint!.replace(':', ' ')}`).waitFor();
    await page.getByText(`printf '%s\\n' '{ "uid": "O'\\''Hara", "text": "it'\\''s here" }'`).waitFor();
  });
});

test('the show page of a stack that wants tokens registers a good one, and says what is wrong with the others', async () => {
  const tokens = await start({ ...anyPorts, identity: 'token' });
  onTestFinished(() => tokens.stop());
  const secret = tokens.secretValue(tokens.outputs.TokenSecretName ?? '');
  const good = await createToken({ uid: 'kim', secret, ttlSeconds: 60 });
  const forged = `${good.slice(0, good.lastIndexOf('.'))}.forged`;
  const page = await newPage();

  await page.goto(`${tokens.outputs.PageUrl}?token=${good}&token=${forged}&token=kim`);

  await panelOf(page, 'kim').waitFor();
  await panelSaying(page, 'Not authorised (token-signature)').waitFor();
  await panelSaying(page, 'No usable credential: The credential is not a JWT. Next try at').waitFor();
  await expect.poll(() => tokens.gateway.connectionIds(), patience).toHaveLength(1);
});

test('the show page without a stack says how to give it one', async () => {
  const page = await newPage();
  await page.route('**/outputs.json', (route) => route.abort());

  await page.goto(stack.outputs.PageUrl);

  await page.getByRole('alert').getByText('npm start').waitFor();
});

async function newPage(): Promise<Page> {
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  page.setDefaultTimeout(patience.timeout);
  return page;
}

async function openPage(query = ''): Promise<Page> {
  const page = await newPage();
  await page.goto(`${stack.outputs.PageUrl}${query}`);
  return page;
}

async function register(page: Page, uid: string): Promise<void> {
  await page.getByLabel('uid', { exact: true }).fill(uid);
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  await panelOf(page, uid).waitFor();
  await waitUntilReachable(stack, uid);
}

async function pushFromForm(page: Page, message: string): Promise<void> {
  await page.getByLabel('Message, a JSON object').fill(message);
  await page.getByRole('button', { name: 'Push', exact: true }).click();
}

function messages(page: Page | Locator): Promise<string[]> {
  return page.getByRole('log').locator('pre').allTextContents();
}

async function answer(page: Page): Promise<unknown> {
  return JSON.parse((await page.locator('.answer pre').textContent()) || 'null');
}

function panelOf(page: Page, uid: string): Locator {
  return panelSaying(page, `Registered as ${uid}`);
}

function panelSaying(page: Page, text: string): Locator {
  return page.locator('.browser').filter({ hasText: text });
}

/** Pushes once more, and whether anything has arrived. */
async function arrivesAt(page: Page, uid: string): Promise<boolean> {
  await delivered(stack, uid);
  return (await messages(page)).length > 0;
}

async function connectionsOf(uid: string): Promise<string[]> {
  const response = await fetch(`${stack.outputs.PushUrl}uids/${uid}`);
  return ((await response.json()) as Presence).connections.map(({ id }) => id);
}

async function push(message: object): Promise<void> {
  await fetch(`${stack.outputs.PushUrl}push`, { method: 'POST', body: JSON.stringify(message) });
}

async function pushLines(lines: string[]): Promise<void> {
  const [host, port] = stack.outputs.TextEndpoint!.split(':');
  const socket = connect({ host, port: Number(port) });
  socket.end(lines.map((line) => `${line}\n`).join(''));
  expect(await text(socket)).toBe('ok\n'.repeat(lines.length));
}
