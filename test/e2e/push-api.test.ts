import { describe, expect, test } from 'vitest';
import type { DisconnectResult } from '../../protocol/answers/disconnect.ts';
import type { OnlinePage, Presence } from '../../protocol/answers/presence.ts';
import { patience, runStack } from './running-stack.ts';

const stack = runStack();

describe('a push over HTTP', () => {
  test('is told how many browsers got it', async () => {
    const browsers = [
      await stack.browser('three'),
      await stack.browser('three'),
      await stack.browser('three'),
    ];

    expect(await stack.push('{"uid":"three","hi":1}')).toEqual({
      uid: 'three',
      delivered: 3,
      gone: 0,
      failed: 0,
    });
    for (const browser of browsers) expect(await browser.next()).toBe('{"uid":"three","hi":1}');
  });

  test('with one of three browsers killed adds up, and the next push mentions it no more', async () => {
    stack.faults.losesDisconnect = () => true;
    const [killed] = [
      await stack.browser('killed'),
      await stack.browser('killed'),
      await stack.browser('killed'),
    ];
    const before = stack.stack.gateway.connectionIds().length;
    killed.kill();
    await expect.poll(() => stack.stack.gateway.connectionIds().length, patience).toBe(before - 1);

    expect(await stack.push('{"uid":"killed"}')).toEqual({ uid: 'killed', delivered: 2, gone: 1, failed: 0 });
    expect(await stack.push('{"uid":"killed"}')).toEqual({ uid: 'killed', delivered: 2, gone: 0, failed: 0 });
    delete stack.faults.losesDisconnect;
  });

  test('of many lines answers each in its place', async () => {
    const browser = await stack.browser('lines');
    const response = await stack.request('POST', 'push', {
      headers: { 'content-type': 'application/x-ndjson; charset=utf-8' },
      body: '{"uid":"lines","n":1}\n{oops\n{"uid":"nobody"}\n{"uid":"lines","n":2}\n',
    });

    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const results = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(results).toEqual([
      { uid: 'lines', delivered: 1, gone: 0, failed: 0 },
      expect.objectContaining({ code: 'invalid-json' }),
      { uid: 'nobody', delivered: 0, gone: 0, failed: 0 },
      { uid: 'lines', delivered: 1, gone: 0, failed: 0 },
    ]);
    expect([await browser.next(), await browser.next()]).toEqual([
      '{"uid":"lines","n":1}',
      '{"uid":"lines","n":2}',
    ]);
  });

  test('sent twice at the same time by two clients keeps the order of each, for every uid', async () => {
    const browsers = await Promise.all(['a', 'b', 'c'].map((name) => stack.browser(`order ${name}`)));
    const body = (client: number) =>
      Array.from(
        { length: 60 },
        (_, n) => `{"uid":"order ${'abc'[n % 3]}","client":${client},"n":${n}}\n`,
      ).join('');
    const headers = { 'content-type': 'application/x-ndjson' };
    await Promise.all([0, 1].map((client) => stack.request('POST', 'push', { headers, body: body(client) })));

    for (const [index, browser] of browsers.entries()) {
      const arrived: { client: number; n: number }[] = [];
      for (let count = 0; count < 40; count++) arrived.push(JSON.parse(await browser.next()));
      for (const client of [0, 1]) {
        const ofClient = arrived.filter((message) => message.client === client).map(({ n }) => n);
        expect(ofClient).toEqual(Array.from({ length: 20 }, (_, n) => 3 * n + index));
      }
    }
  });
});

describe('presence', () => {
  test('tells the connections of a uid, the oldest first', async () => {
    const before = Date.now();
    await stack.browser('present');
    await stack.browser('present');
    const presence = await stack.json<Presence>('GET', 'uids/present');

    expect(presence).toMatchObject({ uid: 'present', online: true });
    const times = presence.connections.map(({ since }) => Date.parse(since));
    expect(times).toHaveLength(2);
    expect(times).toEqual([...times].sort());
    expect(times[0]).toBeGreaterThanOrEqual(before);
  });

  test('of a uid without connections is offline', async () => {
    expect(await stack.json('GET', 'uids/absent')).toEqual({ uid: 'absent', online: false, connections: [] });
  });

  test.each(['a/b', '100%', '用户 1', '?#&', '__proto__', '"', '+'])(
    'can be asked for any uid: %j',
    async (uid) => {
      await stack.browser(uid);

      expect(await stack.json('GET', `uids/${encodeURIComponent(uid)}`)).toMatchObject({ uid, online: true });
    },
  );

  test('pages through everybody who is online', async () => {
    const uids = Array.from({ length: 7 }, (_, index) => `page ${index}`);
    for (const uid of uids) await stack.browser(uid);
    const found: string[] = [];
    let query = '?limit=3';
    for (;;) {
      const page = await stack.json<OnlinePage>('GET', `uids${query}`);
      expect(page.uids.length).toBeLessThanOrEqual(3);
      found.push(...page.uids.map(({ uid }) => uid));
      if (page.after === undefined) break;
      query = `?limit=3&after=${encodeURIComponent(page.after)}`;
    }

    expect(found).toEqual(expect.arrayContaining(uids));
    expect(new Set(found).size).toBe(found.length);
  });
});

describe('disconnecting a uid', () => {
  test('closes all its browsers and forgets them', async () => {
    const browsers = [await stack.browser('kicked'), await stack.browser('kicked')];

    expect(await stack.json<DisconnectResult>('DELETE', 'uids/kicked')).toEqual({
      uid: 'kicked',
      closed: 2,
      gone: 0,
      failed: 0,
    });
    for (const browser of browsers) expect(await browser.closed).toMatchObject({ code: 1000 });
    expect(await stack.json('GET', 'uids/kicked')).toMatchObject({ online: false });
  });

  test('keeps the connection that is to be kept', async () => {
    await stack.browser('keeps');
    const kept = await stack.browser('keeps');
    const { connections } = await stack.json<Presence>('GET', 'uids/keeps');
    const id = connections[1]!.id;

    expect(await stack.json('DELETE', `uids/keeps?except=${encodeURIComponent(id)}`)).toMatchObject({
      closed: 1,
    });
    expect(await stack.push('{"uid":"keeps"}')).toMatchObject({ delivered: 1 });
    expect(await kept.next()).toBe('{"uid":"keeps"}');
  });

  test('of a uid without connections closes nothing', async () => {
    expect(await stack.json('DELETE', 'uids/nobody')).toEqual({
      uid: 'nobody',
      closed: 0,
      gone: 0,
      failed: 0,
    });
  });
});
