import { DEFAULT_TIMEOUT_MS } from '../client/backend/timeout.ts';
import { MAX_LINES_PER_REQUEST, MAX_MESSAGE_BYTES } from '../protocol/limits.ts';

/** Bounds of a batch: the lines of one connection that wait, and then leave together as one request. */
export type BatchLimits = {
  /** Lines, counting those that are refused without being pushed. */
  maxBatchLines: number;
  /** Bytes, counting each line's ending. At least one line of the largest size must fit. */
  maxBatchBytes: number;
};

/** Bounds of one connection. */
export type ConnectionLimits = BatchLimits & {
  /**
   * Milliseconds without a byte in either direction, and without a request under way, after which a connection is
   * closed.
   */
  idleTimeoutMs: number;
  /** Milliseconds that a sender has to close its side after its last answer and the end of the stream. */
  lingerMs: number;
  /** Milliseconds in which the secret must come, where one is asked for. */
  secretTimeoutMs: number;
  /** Lines that are refused for want of the secret, with the last of which a connection is closed. */
  maxRefusedLines: number;
};

export type TextLimits = ConnectionLimits & {
  /** Connections at a time, counting those whose sender has left while lines of theirs are still being pushed. */
  maxConnections: number;
  /** Milliseconds that a graceful stop may take. */
  stopDeadlineMs: number;
};

export const defaultTextLimits: TextLimits = {
  maxBatchLines: MAX_LINES_PER_REQUEST,
  // Eight of the largest messages, well within a request. A connection holds at most two batches: one on its way, one
  // waiting.
  maxBatchBytes: 8 * (MAX_MESSAGE_BYTES + 1),
  // Longer than senders that keep a connection open are silent, short enough that those whose host has died don't pile
  // up.
  idleTimeoutMs: 10 * 60_000,
  // A sender that reads sees the end within a round trip.
  lingerMs: 1_000,
  // A program sends it with its first bytes.
  secretTimeoutMs: 10_000,
  // More than a mistake takes, and of guesses far too few.
  maxRefusedLines: 3,
  // An idle connection costs some kilobytes.
  maxConnections: 10_000,
  // A connection may have one request on its way and another batch behind it; then it lingers. With less time lines
  // that were accepted would lose their answers. A task on Fargate is given longer than this, see lib/text-service.ts.
  stopDeadlineMs: 2 * DEFAULT_TIMEOUT_MS + 5_000,
};
