import { messageFrames } from '../../protocol/frames.ts';

/** What frames have beside the id and the text. */
type FrameMembers = {
  /** Of a stored message. */
  seq?: number;
  /** Of the push. */
  traceparent?: string | undefined;
};

/** A message for any number of connections. */
export class OutgoingMessage {
  readonly #id: string;
  readonly #texts: readonly [string];
  readonly #isJson: boolean;
  readonly #members: FrameMembers;
  #frames: readonly string[] | undefined;

  /** `id` is the push's, the same on every connection. */
  constructor(id: string, text: string, isJson: boolean, members: FrameMembers = {}) {
    this.#id = id;
    this.#texts = [text];
    this.#isJson = isJson;
    this.#members = members;
  }

  /**
   * Returns what is posted to a connection, one text after the other: to a plain one the text itself. Frames are made
   * for the first framed one.
   */
  textsFor(isFramed: boolean): readonly string[] {
    if (!isFramed) return this.#texts;
    const { seq, traceparent } = this.#members;
    this.#frames ??= messageFrames(this.#id, this.#texts[0], this.#isJson, seq, traceparent);
    return this.#frames;
  }
}
