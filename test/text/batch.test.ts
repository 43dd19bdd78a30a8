import { describe, expect, it } from 'vitest';
import { MAX_LINES_PER_REQUEST, MAX_MESSAGE_BYTES, MAX_REQUEST_BYTES } from '../../protocol/limits.ts';
import { Batch } from '../../text/batch.ts';
import { defaultTextLimits } from '../../text/limits.ts';
import { delivered, toNobody } from './push-side.ts';

const limits = { maxBatchLines: 3, maxBatchBytes: 2 * (MAX_MESSAGE_BYTES + 1) };

function line(text: string) {
  return { bytes: Buffer.from(text) };
}

describe('a batch', () => {
  it('pushes the messages and answers every line in its place', () => {
    const batch = new Batch(limits);
    batch.add(line('{oops'));
    batch.add(line('{"uid":"a"}'));
    batch.add(line('{"uid":"b"}'));

    expect(batch.messages.map((message) => Buffer.from(message).toString())).toEqual([
      '{"uid":"a"}',
      '{"uid":"b"}',
    ]);
    expect(batch.answers({ messages: [toNobody(''), delivered('')] })).toBe('fail\nfail\nok\n');
  });

  it('says ok only when at least one connection got the message', () => {
    const batch = new Batch(limits);
    for (let i = 0; i < 3; i++) batch.add(line('{"uid":"a"}'));

    const answers = batch.answers({
      messages: [
        { uid: 'a', delivered: 0, gone: 2, failed: 1 },
        { uid: 'a', delivered: 1, gone: 2, failed: 3 },
        { code: 'unavailable', detail: '' },
      ],
    });

    expect(answers).toBe('fail\nok\nfail\n');
  });

  it('fails every message when there are no results', () => {
    const batch = new Batch(limits);
    batch.add(line('{"uid":"a"}'));
    batch.add({ tooLong: true, start: Buffer.from('x') });

    expect(batch.answers({})).toBe('fail\nfail\n');
  });

  it('fails those that have no result', () => {
    const batch = new Batch(limits);
    for (let i = 0; i < 2; i++) batch.add(line('{"uid":"a"}'));

    expect(batch.answers({ messages: [delivered('')] })).toBe('ok\nfail\n');
  });

  it('counts refused lines too, because each has an answer that waits', () => {
    const batch = new Batch(limits);
    for (const text of ['', '[]', '5']) {
      expect(batch.hasRoom).toBe(true);
      batch.add(line(text));
    }

    expect(batch.hasRoom).toBe(false);
    expect(batch.messages).toEqual([]);
  });

  it('has room as long as the largest line fits, with its ending', () => {
    const batch = new Batch(limits);
    const largest = `{"uid":"a","x":"${'x'.repeat(MAX_MESSAGE_BYTES - 18)}"}`;
    batch.add(line(largest));
    expect(batch.hasRoom).toBe(true);

    batch.add(line('{"uid":"a"}'));
    expect(batch.hasRoom).toBe(false);
  });

  it('keeps no memory but its own, so that the chunk a line came in can go', () => {
    const batch = new Batch(limits);
    const chunk = Buffer.alloc(65_536, '{"uid":"a"}');
    batch.add({ bytes: chunk.subarray(0, 11) });

    expect(batch.messages[0]!.buffer.byteLength).toBe(11);
  });

  describe('with an envelope', () => {
    const envelope = line('{"uids":["a",7],"message":{ "n": 1 }}');
    const result = { uids: 2, delivered: 0, gone: 0, failed: 1, offline: ['7'], unavailable: [] };

    it('has no room for anything else, and leaves it to the next where there are messages', () => {
      const batch = new Batch(limits);
      batch.add(line('{oops'));

      expect(batch.add(envelope)).toBe(true);
      expect(batch.hasRoom).toBe(false);
      expect(batch.envelope).toMatchObject({ lines: '{"uids":["a",7]}\n{ "n": 1 }\n' });
      const other = new Batch(limits);
      other.add(line('{"uid":"a"}'));
      expect(other.add(envelope)).toBe(false);
      expect(other.answers({})).toBe('fail\n');
    });

    it('says ok when at least one connection got it, or it is stored, and else fail', () => {
      const batch = new Batch(limits);
      batch.add(envelope);

      expect(batch.answers({ envelope: { ...result, delivered: 1 } })).toBe('ok\n');
      expect(batch.answers({ envelope: { ...result, stored: 1 } })).toBe('ok\n');
      expect(batch.answers({ envelope: result })).toBe('fail\n');
      expect(batch.answers({})).toBe('fail\n');
    });

    it('says the counts where it asks for them', () => {
      const batch = new Batch(limits);
      batch.add(line('{"counts":true,"uids":["a"],"message":{}}'));

      expect(batch.answers({ envelope: result })).toBe(`${JSON.stringify(result)}\n`);
      expect(batch.answers({})).toBe('fail\n');
    });
  });

  it('answers an envelope to a group like one to uids', () => {
    const result = { group: 'g', delivered: 0, gone: 1, failed: 0, excluded: 2 };
    const batch = new Batch(limits);
    batch.add(line('{"group":"g","message":{}}'));
    expect(batch.envelope).toMatchObject({ group: 'g', message: '{}' });
    expect(batch.answers({ envelope: { ...result, delivered: 1 } })).toBe('ok\n');
    expect(batch.answers({ envelope: result })).toBe('fail\n');
    expect(batch.answers({})).toBe('fail\n');

    const counting = new Batch(limits);
    counting.add(line('{"group":"g","message":{},"counts":true}'));
    expect(counting.answers({ envelope: result })).toBe(`${JSON.stringify(result)}\n`);
  });

  it('fits a push request with the default limits', () => {
    expect(defaultTextLimits.maxBatchLines).toBeLessThanOrEqual(MAX_LINES_PER_REQUEST);
    expect(defaultTextLimits.maxBatchBytes).toBeLessThanOrEqual(MAX_REQUEST_BYTES);
  });
});
