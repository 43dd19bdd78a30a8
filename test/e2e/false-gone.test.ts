import { expect, test } from 'vitest';
import { seededRandom } from '../../bench/simulation/seeded-random.ts';
import type { PushResult } from '../../protocol/answers/push.ts';
import { isSearch } from '../support/properties.ts';
import { openClient } from './open-client.ts';
import { patience, runStack } from './running-stack.ts';

const stack = runStack();

/** Half of them plain sockets, half with the browser client. */
const pageCount = 40;
const pushes = isSearch ? 1_000 : 400;
/** A function has its time, also on a machine that has other work. */
const linesPerRequest = 50;
const falseGoneShare = 0.2;

/** What a page has got, by the push's number, each time that it came. */
type Page = { uid: string; got: number[] };

async function plainPage(uid: string): Promise<Page> {
  const page: Page = { uid, got: [] };
  const browser = await stack.browser(uid);
  browser.socket.on('message', (data) => page.got.push(JSON.parse(data.toString()).n));
  return page;
}

async function framedPage(uid: string): Promise<Page> {
  const page: Page = { uid, got: [] };
  await openClient<{ n: number }>(stack.stack.outputs.WebSocketUrl, uid, {
    onmessage: ({ data }) => void page.got.push(data.n),
  });
  return page;
}

const uidOf = (index: number) => `page ${index % pageCount}`;

/** The results of pushes `first` to `first + linesPerRequest`, each for the next page. */
async function pushLines(first: number): Promise<PushResult[]> {
  const lines = Array.from({ length: linesPerRequest }, (_, index) => first + index);
  const body = lines.map((n) => `${JSON.stringify({ uid: uidOf(n), n })}\n`).join('');
  const headers = { 'content-type': 'application/x-ndjson' };
  const response = await stack.request('POST', 'push', { body, headers });
  const answer = await response.text();
  return answer
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('while one post of five is answered 410 for nothing, every page keeps its rows and gets every push, framed ones once', async () => {
  const pages: Page[] = [];
  for (let index = 0; index < pageCount; index++) {
    pages.push(await (index % 2 === 0 ? plainPage(uidOf(index)) : framedPage(uidOf(index))));
  }
  const random = seededRandom(12);
  const falsehoods = { dropped: 0, delivered: 0 };
  stack.faults.post = () => {
    if (random() >= falseGoneShare) return undefined;
    const isDone = random() < 0.5;
    falsehoods[isDone ? 'delivered' : 'dropped'] += 1;
    return { kind: 'false-gone', isDone };
  };

  const results: PushResult[] = [];
  for (let first = 0; first < pushes; first += linesPerRequest) results.push(...(await pushLines(first)));
  delete stack.faults.post;

  expect(results).toEqual(results.map(({ uid }) => ({ uid, delivered: 1, gone: 0, failed: 0 })));
  expect(Math.min(falsehoods.dropped, falsehoods.delivered)).toBeGreaterThan(pushes * falseGoneShare * 0.3);
  for (const [index, { uid, got }] of pages.entries()) {
    const sent = Array.from({ length: pushes / pageCount }, (_, turn) => index + turn * pageCount);
    await expect.poll(() => [...new Set(got)].sort((a, b) => a - b), patience).toEqual(sent);
    const isFramed = index % 2 === 1;
    if (isFramed) expect(got).toHaveLength(sent.length);
    const [row, ...others] = await stack.table.connectionsOf(uid, Date.now());
    expect(others).toEqual([]);
    expect(await stack.table.registrationOf(row!.connectionId)).toMatchObject({ uid });
  }
});
