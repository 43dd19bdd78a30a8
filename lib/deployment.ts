/** How a new version of a function takes over from the one before. */
export const Deployment = {
  /** All calls at once, when the new version is there. */
  allAtOnce: 'all-at-once',
  /** A tenth of all calls for five minutes, then all. */
  canary: 'canary',
  /** A tenth more each minute. */
  linear: 'linear',
} as const;
export type Deployment = (typeof Deployment)[keyof typeof Deployment];
