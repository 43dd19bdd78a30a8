/** Conditions under which fan-out is measured. */

/** AWS's answers take this long. Posts to connections take 10 to 50 ms there. */
export const latencyMs = 15;

/** The share of posts that is answered 429. */
export const throttledShare = 0.01;

/** Posts that all workers of a broadcast may start together: the default of `broadcastPostsPerSecond`. */
export const postsPerSecond = 5_000;

/** Connections on the page of a worker at that pace: see lambda/broadcast-worker.ts. */
export const connectionsPerPage = 500;
