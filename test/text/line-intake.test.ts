import { describe, expect, it, test } from 'vitest';
import { defaultTextLimits } from '../../text/limits.ts';
import { LineIntake } from '../../text/line-intake.ts';
import { delivered } from './push-side.ts';

const limits = { ...defaultTextLimits, maxBatchLines: 2 };

function intakeOf(text: string | Uint8Array, secrets: string[] = []): LineIntake {
  const intake = new LineIntake(secrets, limits);
  intake.receive(Buffer.from(text));
  return intake;
}

/** The messages of each batch, and the answers to lines that are not pushed. */
function batchesOf(intake: LineIntake): string[][] {
  const batches: string[][] = [];
  while (!intake.isEmpty) {
    const batch = intake.takeBatch();
    const messages = batch.messages.map((message) => Buffer.from(message).toString());
    const results = { messages: messages.map(delivered), envelope: undefined };
    batches.push([
      ...messages,
      ...(batch.envelope ? ['envelope'] : []),
      batch.answers(results as object).trim(),
    ]);
  }
  return batches;
}

const a = '{"uid":"a"}';
const envelope = '{"uids":["u"],"message":{}}';

describe('what a sender has sent', () => {
  test.each([
    ['nothing', '', []],
    ['half a line', '{"uid"', []],
    ['a line', `${a}\n`, [[a, 'ok']]],
    ['a bad line between others', `${a}\nno\n`, [[a, 'ok\nfail']]],
    [
      'more lines than a batch has',
      `${a}\n${a}\n${a}\n`,
      [
        [a, a, 'ok\nok'],
        [a, 'ok'],
      ],
    ],
    [
      'an envelope between messages',
      `${a}\n${envelope}\n${a}\n`,
      [
        [a, 'ok'],
        ['envelope', 'fail'],
        [a, 'ok'],
      ],
    ],
    ['an HTTP request before a line', `POST / HTTP/1.1\n${a}\n`, [['fail']]],
  ])('%s', (_, text, batches) => {
    expect(batchesOf(intakeOf(text))).toEqual(batches);
  });

  it('is full while lines have to wait for a batch', () => {
    const intake = intakeOf(`${a}\n${a}\n${a}\n`);
    expect(intake.isFull).toBe(true);
    intake.takeBatch();
    expect(intake.isFull).toBe(false);
    expect(intake.isEmpty).toBe(false);
  });

  it('is full while an envelope has to wait for messages', () => {
    const intake = intakeOf(`${a}\n${envelope}\n`);
    expect(intake.isFull).toBe(true);
  });

  it('is read no further where it is another protocol', () => {
    expect(intakeOf(Uint8Array.of(0x16, 0x03)).isOver).toBe(true);
    expect(intakeOf('GET / HTTP/1.1\n').isOver).toBe(true);
    expect(intakeOf(`${a}\n`).isOver).toBe(false);
  });

  it('is not pushed before the secret, and not after too many others', () => {
    const intake = intakeOf('{"secret":"s"}\n', ['s']);
    expect(intake.awaitsSecret).toBe(false);
    expect(batchesOf(intake)).toEqual([['ok']]);

    const refused = intakeOf(`${a}\n`.repeat(limits.maxRefusedLines + 1), ['s']);
    expect(batchesOf(refused).flatMap(([answers = '']) => answers.split('\n'))).toEqual(
      Array(limits.maxRefusedLines).fill('fail'),
    );
    expect(refused).toMatchObject({ awaitsSecret: true, isOver: true });
  });
});
