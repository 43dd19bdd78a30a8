declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** `createTableMs`: how long a new table stays in the state CREATING. */
  export default function dynalite(options?: { createTableMs?: number }): Server;
}
