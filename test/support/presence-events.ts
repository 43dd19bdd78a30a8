import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { PresenceEvent } from '../../protocol/presence-event.ts';

/** The events of presence that a queue of the local stack receives, as its consumer reads them. */
export class PresenceEvents {
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;
  readonly #received: PresenceEvent[] = [];

  constructor(queueUrl: string) {
    this.#queueUrl = queueUrl;
    this.#sqs = new SQSClient({
      endpoint: new URL(queueUrl).origin,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  }

  /** Receives what there is, and returns all that was received about the uid so far. */
  async of(uid: string): Promise<PresenceEvent[]> {
    for (let body = await this.next(); body !== undefined; body = await this.next()) {
      this.#received.push(JSON.parse(body));
    }
    return this.#received.filter((event) => event.uid === uid);
  }

  /** Receives the oldest event as it came; `undefined`: there is none. */
  async next(): Promise<string | undefined> {
    const { Messages = [] } = await this.#sqs.send(new ReceiveMessageCommand({ QueueUrl: this.#queueUrl }));
    for (const { Body, ReceiptHandle } of Messages) {
      await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#queueUrl, ReceiptHandle }));
      return Body;
    }
    return undefined;
  }

  /** Like `of`, without what nobody knows beforehand. */
  async typesOf(uid: string): Promise<string[]> {
    return (await this.of(uid)).map(({ type }) => type);
  }
}
