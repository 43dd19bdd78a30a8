import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { PushUrl } from '../client/backend/push-url.ts';
import { patience, runStack } from '../e2e/running-stack.ts';
import { startUidpush, uidpush } from './uidpush.ts';

const stack = runStack();

/** `uidpush watch`, the lines that it has printed, and its end. */
function watching(pushUrl: string, ...args: string[]) {
  const { child, ended } = startUidpush(['watch', '--interval', '1', ...args], { UIDPUSH_PUSH_URL: pushUrl });
  const lines: object[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  let notes = '';
  child.stderr.on('data', (data) => {
    notes += data;
  });
  return { child, lines, notes: () => notes, ended };
}

test('uidpush watch prints who is online, who comes and who leaves, and ends with 0 by Ctrl-C', async () => {
  const { PushUrl } = stack.stack.outputs;
  const first = await stack.browser('w1');
  const { child, lines, notes } = watching(PushUrl, 'w1', 'w2', 'w3');
  const since = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  await expect.poll(() => lines, patience).toEqual([{ type: 'user.online', uid: 'w1', since }]);
  await expect.poll(notes, patience).toBe('Watching 3 uids. Ctrl-C ends it.\n');

  await stack.browser('w2');
  await expect.poll(() => lines, patience).toHaveLength(2);
  await first.close();
  await expect
    .poll(() => lines, patience)
    .toEqual([
      { type: 'user.online', uid: 'w1', since },
      { type: 'user.online', uid: 'w2', since },
      { type: 'user.offline', uid: 'w1' },
    ]);
  const exit = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGINT');
  expect(await exit).toBe(0);
});

/** A push URL whose answers are those, in turn; the last one for ever. */
async function answering(...answers: { status?: number; online?: object[] }[]) {
  let asked = 0;
  const pushUrl = await PushUrl.start();
  onTestFinished(() => pushUrl.stop());
  pushUrl.answer = (response) => {
    const { status = 200, online = [] } = answers[Math.min(asked++, answers.length - 1)]!;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ online }));
  };
  return pushUrl;
}

test('with presence it sees by a newer since that a user was away in between', async () => {
  const user = (since: string, epoch: number) => ({ online: [{ uid: 'u', since, epoch }] });
  const [old, newer] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'];
  const { url } = await answering(user(old, 5), user(old, 6), user(newer, 8));
  const { lines } = watching(url, 'u');

  await expect
    .poll(() => lines, patience)
    .toEqual([
      { type: 'user.online', uid: 'u', since: old, epoch: 5 },
      { type: 'user.offline', uid: 'u' },
      { type: 'user.online', uid: 'u', since: newer, epoch: 8 },
    ]);
});

test('without an answer it asks again, but for the first one', async () => {
  const late = await answering(
    {},
    { status: 400 },
    { online: [{ uid: 'u', since: '2026-01-01T00:00:00.000Z' }] },
  );
  const { lines, notes } = watching(late.url, 'u');
  await expect.poll(() => lines, patience).toHaveLength(1);
  await expect.poll(notes, patience).toContain('asking again');

  const { url } = await answering({ status: 400 });
  expect(await uidpush(['watch', 'u'], { UIDPUSH_PUSH_URL: url })).toMatchObject({ exitCode: 3, output: '' });
});
