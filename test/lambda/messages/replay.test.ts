import { beforeEach, describe, expect, test } from 'vitest';
import { readPage, sendPage } from '../../../lambda/messages/replay.ts';
import { storeMessages } from '../../../lambda/messages/store-messages.ts';
import type { Selectable, Selection } from '../../../protocol/selection.ts';
import { connectionsTo } from '../../support/connections-to.ts';
import { MemoryMessageLog } from '../../support/memory-message-log.ts';

let log: MemoryMessageLog;
let now: number;
beforeEach(() => {
  log = new MemoryMessageLog();
  now = Date.parse('2026-01-01T12:00:00Z');
});

const services = () => ({ messageLog: log, clock: { now: () => now } });
const storing = () => ({
  messageLog: log,
  clock: { now: () => now, sleep: async () => {} },
  random: () => 0.5,
});

async function store(count: number, storedForMs = 60_000, text = '{}'): Promise<void> {
  const drafts = Array.from({ length: count }, () => ({ id: crypto.randomUUID(), text }));
  expect((await storeMessages('u1', drafts, storedForMs, storing())).error).toBeUndefined();
}

async function pageAfter(since: number, recipient: Selectable = { connectionId: 'c' }) {
  const { messages, replayed } = await readPage('u1', recipient, since, await log.latestOf('u1'), services());
  return { seqs: messages.map(({ seq }) => seq), ...replayed };
}

describe('a page', () => {
  test('of a uid without messages says so, and has no gap', async () => {
    expect(await pageAfter(0)).toEqual({ seqs: [], through: 0, latest: 0 });
  });

  test('has what comes after a number', async () => {
    await store(3);

    expect(await pageAfter(1)).toEqual({ seqs: [2, 3], through: 3, latest: 3 });
    expect(await pageAfter(3)).toEqual({ seqs: [], through: 3, latest: 3 });
  });

  test('has a hundred messages at most', async () => {
    await store(101);

    expect(await pageAfter(0)).toMatchObject({ through: 100, latest: 101 });
    expect(await pageAfter(100)).toEqual({ seqs: [101], through: 101, latest: 101 });
  });

  test('has a mebibyte of text at most, but one message at least', async () => {
    await store(9, 60_000, 'ü'.repeat(65_536));
    expect(await pageAfter(0)).toMatchObject({ seqs: [1, 2, 3, 4, 5, 6, 7, 8], through: 8, latest: 9 });
  });

  test('tells a gap where something has expired, at its start, in it or at its end, and nowhere else', async () => {
    await store(1, 1_000);
    await store(1);
    await store(1, 1_000);
    await store(1);
    await store(1, 1_000);
    now += 1_000;

    expect(await pageAfter(0)).toEqual({ seqs: [2, 4], through: 5, latest: 5, gap: true });
    expect(await pageAfter(1)).toEqual({ seqs: [2, 4], through: 5, latest: 5, gap: true });
    expect(await pageAfter(4)).toEqual({ seqs: [], through: 5, latest: 5, gap: true });
    expect(await pageAfter(5)).toEqual({ seqs: [], through: 5, latest: 5 });
  });

  test('does not count as a gap what was taken back', async () => {
    await store(2);
    await log.takeBack('u1', 1, now);

    expect(await pageAfter(0)).toEqual({ seqs: [2], through: 2, latest: 2 });
  });

  test('after a number that was never given has everything, and a gap', async () => {
    await store(2);

    expect(await pageAfter(3)).toEqual({ seqs: [1, 2], through: 2, latest: 2, gap: true });
  });

  test('after a number that was never given, of a uid that never had one, has a gap alone', async () => {
    expect(await pageAfter(3)).toEqual({ seqs: [], through: 0, latest: 0, gap: true });
  });
});

describe('storing', () => {
  test('gives many at once numbers without holes', async () => {
    await Promise.all(Array.from({ length: 40 }, () => store(2)));

    const { seqs } = await pageAfter(0);
    expect(seqs).toEqual(Array.from({ length: 80 }, (_, index) => index + 1));
  });

  test('tells what was stored when the log goes away, and nothing when the counter does', async () => {
    const drafts = ['a', 'b', 'c'].map((id) => ({ id, text: '{}' }));
    const away = async () => {
      throw new Error('away');
    };
    const { addMessage } = log;
    log.addMessage = (uid, message) => (message.id === 'b' ? away() : addMessage.call(log, uid, message));
    const outcome = await storeMessages('u1', drafts, 60_000, storing());
    expect(outcome).toMatchObject({ stored: [{ seq: 1 }], error: new Error('away') });
    expect(await log.latestOf('u1')).toBe(1);

    log.raiseLatest = away;
    const nothing = await storeMessages('u1', drafts.slice(2), 60_000, storing());
    expect(nothing).toMatchObject({ stored: [], error: new Error('away') });
  });

  test('gives up when every number is lost to others', async () => {
    log.addMessage = async () => false;
    const { stored, error } = await storeMessages('u1', [{ id: 'a', text: '{}' }], 60_000, storing());

    expect(stored).toEqual([]);
    expect(error).toBeInstanceOf(Error);
  });
});

describe('a page of messages that are meant for some', () => {
  async function storeFor(...selections: (Selection | undefined)[]): Promise<void> {
    const drafts = selections.map((selection) => ({
      id: crypto.randomUUID(),
      text: '{}',
      ...(selection && { selection }),
    }));
    await storeMessages('u1', drafts, 60_000, storing());
  }

  test('leaves out what is not for its recipient, without a gap', async () => {
    await storeFor(undefined, { except: ['phone'] }, { only: ['laptop'] }, undefined);

    const recipient = { connectionId: 'c', device: 'phone' };
    expect(await pageAfter(0, recipient)).toEqual({ seqs: [1, 4], through: 4, latest: 4 });
    expect(await pageAfter(0, { connectionId: 'c', device: 'laptop' })).toMatchObject({ seqs: [1, 2, 3, 4] });
    expect(await pageAfter(0, { connectionId: 'c' })).toMatchObject({ seqs: [1, 2, 4], through: 4 });
  });

  test('knows a connection by its id, too', async () => {
    await storeFor({ except: ['c'] }, { only: ['c'] });

    expect(await pageAfter(0, { connectionId: 'c', device: 'phone' })).toMatchObject({ seqs: [2] });
  });

  test('reads no more of those that it leaves out than of others', async () => {
    await storeFor(...Array.from({ length: 101 }, () => ({ only: ['phone'] })), undefined);

    expect(await pageAfter(0)).toEqual({ seqs: [], through: 100, latest: 102 });
    expect(await pageAfter(100)).toEqual({ seqs: [102], through: 102, latest: 102 });
  });
});

describe('sending a page', () => {
  async function send(outcomes: ('delivered' | 'failed' | 'gone')[]) {
    await store(2);
    const page = await readPage('u1', { connectionId: 'c' }, 0, 2, services());
    const posted: string[] = [];
    const connections = connectionsTo({
      post: async (_, frame) => {
        posted.push(JSON.parse(frame).type);
        return outcomes.shift() ?? 'delivered';
      },
    });
    await sendPage(page, 'u1', 'c', { ...services(), connections });
    const states = await Promise.all([1, 2].map((seq) => log.stateOf('u1', seq, now)));
    const noted = states.filter(({ receipt }) => receipt.deliveredAt !== undefined);
    return { posted, noted: noted.map(({ entry }) => entry?.seq) };
  }

  test('posts each message, then that it was all, and notes that they were delivered', async () => {
    expect(await send([])).toEqual({ posted: ['message', 'message', 'replayed'], noted: [1, 2] });
  });

  test('stops at the first post that fails, and does not say that it was all', async () => {
    expect(await send(['delivered', 'failed'])).toEqual({ posted: ['message', 'message'], noted: [1] });
  });
});
