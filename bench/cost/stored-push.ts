import { writeUnits } from './activities.ts';
import { BYTES_PER_KB, type Load } from './load.ts';
import { type CostModel, deployedModel } from './model.ts';

/** Write units of 1 KB of a delivered stored push, and how many of them one uid can take. */
export type StoredPush = {
  messageUnits: number;
  /** With its counter, its receipt, and an acknowledgement of each page. */
  allUnits: number;
  perSecondOfOneUid: number;
};

/**
 * Of one partition, and all of these items of a uid are in one.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 */
const partitionUnitsPerSecond = 1_000;

export function storedPushOf(
  { sizeKb, connectionsPerUser }: Load,
  { usage }: CostModel = deployedModel,
): StoredPush {
  const { number, receipt, acknowledge } = usage;
  const messageUnits = writeUnits(sizeKb * BYTES_PER_KB);
  const once = (number.tableWrite ?? 0) + (receipt.tableWrite ?? 0);
  const allUnits = messageUnits + once + connectionsPerUser * (acknowledge.tableWrite ?? 0);
  return { messageUnits, allUnits, perSecondOfOneUid: Math.floor(partitionUnitsPerSecond / allUnits) };
}
