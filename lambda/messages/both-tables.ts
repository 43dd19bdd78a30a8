import type { Connection, Registration } from '../table/connection-table.ts';

/**
 * Reads of the connection table and of a uid's counter in one strongly consistent request. `latest`: as
 * `MessageLog.latestOf`, of a counter that outlives what a page remembers (`lasting-counter.ts`).
 */
export interface BothTables {
  /** `isOnline`: whether the uid is, as it was last decided; absent without presence. */
  registrationAndLatest(
    connectionId: string,
    uid: string,
    now: number,
  ): Promise<{ registration: Registration | undefined; latest: number; isOnline?: boolean }>;
  /** Returns the connection if it is one of the uid and has not expired at `now`. */
  connectionAndLatest(
    uid: string,
    connectionId: string,
    now: number,
  ): Promise<{ connection: Connection | undefined; latest: number }>;
}
