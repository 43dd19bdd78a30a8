import { messageFrames } from '../../protocol/frames.ts';

/** A message for any number of connections. */
export class OutgoingMessage {
  readonly #plain: readonly string[];
  readonly #makeFrames: () => readonly string[];
  #frames: readonly string[] | undefined;

  /**
   * `id` is the push's, the same on every connection; `seq` the number of a stored message; `traceparent` that of the
   * push.
   */
  constructor(
    id: string,
    text: string,
    isJson: boolean,
    { seq, traceparent }: { seq?: number; traceparent?: string | undefined } = {},
  ) {
    this.#plain = [text];
    this.#makeFrames = () => messageFrames(id, text, isJson, seq, traceparent);
  }

  /**
   * Returns what is posted to a connection, one text after the other: to a plain one the text itself. Frames are made
   * for the first framed one.
   */
  textsFor(isFramed: boolean): readonly string[] {
    if (!isFramed) return this.#plain;
    this.#frames ??= this.#makeFrames();
    return this.#frames;
  }
}
