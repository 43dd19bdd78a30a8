import { createHash } from 'node:crypto';
import { CONNECTION_LIFE_MS } from '../registration/connection-life.ts';

/**
 * How the rows of a group are spread over partitions of the table: by the first `digits` hexadecimal digits of the
 * uid's hash, so over 1, 16 or 256. `grownAt`: for each digit when it was added, milliseconds since the epoch.
 *
 * A partition takes 1,000 units written and 3,000 units read per second. A group of 2,000 connections is some 80 units
 * to read, so one partition takes 37 pushes to it per second; from there on there are sixteen, and from 32,000 on 256.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 *
 * Nothing is moved when a group grows. A new row goes to the finer place; a row in the coarser one stays there until
 * its connection ends, and readers look into both for as long:
 *
 *     connection a               push that finds the group large        connection b             later push
 *     ── row, 0 digits ────────▶ reads 0 digits: a, …
 *                                ── layout: 1 digit, grown now
 *                                                                       ── row, 1 digit ───────▶ reads both: a, b
 *     ── row, 1 digit (it extends its registration)                                              reads both: a twice,
 *                                                                                                takes the newer row
 *     ── leaves: deletes from both
 *
 * Everybody reads the layout before anything else, strongly consistent, a push with the first page of the rows. A push
 * that read the coarser layout began before any row was in the finer place, and so before any of these connections came
 * in. One that wrote by the coarser layout reads it again afterwards (`settle-rows.ts`), and its row is found for
 * `ROW_LIFE_MS` after the growth.
 */
export type Layout = { digits: number; grownAt: readonly number[] };

/** Of a group that has never grown. */
export const smallLayout: Layout = { digits: 0, grownAt: [] };

/** Most connections for which one partition of the layout is enough. */
const ROWS_PER_PARTITION = 2_000;

const maxDigits = 2;

/** How long a row may last: as long as its connection, with a margin for clocks and for writers that are under way. */
const ROW_LIFE_MS = CONNECTION_LIFE_MS + 15 * 60_000;

/** Returns the numbers of digits by which rows may have been placed, the current one last. */
export function livingDigits({ digits, grownAt }: Layout, now: number): number[] {
  const coarser = grownAt.flatMap((at, index) => (at + ROW_LIFE_MS > now ? index : []));
  return [...coarser, digits];
}

/** Whether a group that has so many connections is to be spread further. */
export function isOutgrown({ digits }: Layout, connections: number): boolean {
  return digits < maxDigits && connections > ROWS_PER_PARTITION * 16 ** digits;
}

export function grown({ digits, grownAt }: Layout, now: number): Layout {
  return { digits: digits + 1, grownAt: [...grownAt, now] };
}

/** The beginnings of hashes that have a partition each, in order. */
export function partitionsOf(digits: number): string[] {
  return Array.from({ length: 16 ** digits }, (_, index) =>
    digits === 0 ? '' : index.toString(16).padStart(digits, '0'),
  );
}

/** Where reading a group begins and ends: a row is among these if its `orderOf` is between the two, exclusive. */
export type RowRange = {
  /** @default the first row */
  after?: string;
  /** @default the last row */
  before?: string;
  /** As many as one request reads. @default as many as it can */
  atOnce?: number;
};

/** Digits of a hash by which segments are bounded: enough for segments of the same size. */
const boundDigits = 4;

/** Returns the rows of one of so many parts of a group, in which there are about as many uids as in the others. */
export function segmentOf(segment: number, segments: number): RowRange {
  const bound = (index: number) =>
    Math.floor((index * 16 ** boundDigits) / segments)
      .toString(16)
      .padStart(boundDigits, '0');
  return {
    ...(segment > 0 && { after: bound(segment) }),
    ...(segment < segments - 1 && { before: bound(segment + 1) }),
  };
}

/** The order of the rows of a group, whatever its layout. */
export function orderOf({ uid, connectionId }: { uid: string; connectionId: string }): string {
  return `${memberHash(uid)}#${connectionId}`;
}

/** Comes after all rows of the uid: connection ids are ASCII. */
export function afterRowsOf(uid: string): string {
  return `${memberHash(uid)}#\uffff`;
}

/** By which members are placed and ordered: 128 bits, since a sort key has no room for the uid itself. */
export function memberHash(uid: string): string {
  return createHash('sha256').update(uid).digest('hex').slice(0, 32);
}
