import { createHash } from 'node:crypto';
import { textSortKey } from '../../lambda/aws/broadcast-items.ts';
import { BROADCAST_SEGMENTS } from '../../lambda/broadcast/broadcast-task.ts';
import { multicastItem } from './multicast-answers.ts';
import { connectionItem, type Item } from './query-answer.ts';

type Input = {
  Key?: Item;
  Segment?: number;
  Limit?: number;
  ExclusiveStartKey?: Item;
  ExpressionAttributeValues?: Item;
  MessageBody?: string;
};

/** The text that every broadcast has. */
const text = JSON.stringify({ text: 'x'.repeat(200) });

/**
 * The answers to workers of a table that has so many registered connections, evenly in its segments, and of
 * the queue.
 */
export class BroadcastAnswers {
  readonly #ofSegment: number;
  /** The items of the segments' progress, by broadcast and segment. */
  readonly #progress = new Map<string, Item>();

  constructor(connections: number) {
    this.#ofSegment = Math.ceil(connections / BROADCAST_SEGMENTS);
  }

  answer(operation: string, input: Input): string {
    return JSON.stringify(this.#output(operation, input));
  }

  #output(operation: string, input: Input): object {
    const { Key: key = {} } = input;
    if (operation === 'Scan') return this.#page(input);
    // The queue: its client compares the hash with that of what it sent.
    if (operation === 'SendMessage') return { MD5OfMessageBody: md5(input.MessageBody ?? '') };
    if (operation === 'UpdateItem') this.#progress.set(nameOf(key), progressItem(input));
    if (operation !== 'GetItem') return {};
    if (key.pk?.S?.startsWith('multicast#')) return withItem(multicastItem(key));
    if (key.sk?.S === textSortKey) return { Item: { text: { S: text } } };
    return withItem(this.#progress.get(nameOf(key)));
  }

  /** Half of what a page reads are connections; the other half, their registrations, is filtered out. */
  #page({ Segment: segment = 0, Limit: limit = 1, ExclusiveStartKey: start }: Input): object {
    const from = Number(start?.sk?.S ?? 0);
    const to = Math.min(this.#ofSegment, from + Math.ceil(limit / 2));
    const first = segment * this.#ofSegment;
    const items = Array.from({ length: to - from }, (_, index) =>
      connectionItem(`u${first + from + index}`, first + from + index),
    );
    const isLast = to === this.#ofSegment;
    return {
      Items: items,
      ...(isLast ? {} : { LastEvaluatedKey: { pk: { S: String(segment) }, sk: { S: String(to) } } }),
    };
  }
}

function withItem(item: Item | undefined): object {
  return item ? { Item: item } : {};
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function nameOf({ pk, sk }: Item): string {
  return `${pk?.S} ${sk?.S}`;
}

/** The write of `finishPage`. */
function progressItem({ ExpressionAttributeValues: values = {} }: Input): Item {
  const { ':done': pagesDone, ':pk': cursorPk, ':sk': cursorSk, ':now': finishedAt } = values;
  return {
    ...(pagesDone && { pagesDone }),
    ...(cursorPk && { cursorPk }),
    ...(cursorSk && { cursorSk }),
    ...(finishedAt && { finishedAt }),
  };
}
