import type { BroadcastTable } from '../../lambda/broadcast/broadcast-table.ts';

/** The same table, whose pages are counted in another way. */
export function withFinishPage(
  table: BroadcastTable,
  finishPage: BroadcastTable['finishPage'],
): BroadcastTable {
  return {
    addBroadcast: (...all) => table.addBroadcast(...all),
    messageOf: (id) => table.messageOf(id),
    stop: (...all) => table.stop(...all),
    stateOf: (id) => table.stateOf(id),
    page: (...all) => table.page(...all),
    progressOf: (...all) => table.progressOf(...all),
    standingOf: (task) => table.standingOf(task),
    correctCounts: (...all) => table.correctCounts(...all),
    finishPage,
  };
}
