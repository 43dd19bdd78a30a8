/** How a user is whom the page watches. */
export type Presence = {
  /** The user, as a text. */
  uid: string;
  /** Whether the user has a page open; stays true for the deployment's grace after the last one closed. */
  online: boolean;
  /** Rises with each change of the user; 0 of one who never came, or not for 30 days. */
  epoch: number;
  /** When the service noticed it, ISO 8601; absent where `epoch` is 0. */
  at?: string;
};

/** The service does not let the page watch these users. */
export type WatchRefused = {
  /** Those whom the page watches no more: all, or the one that the token does not name. */
  uids: string[];
  /** The code of the `refused` frame, which is stable. */
  code: string;
  /** An explanation for developers. */
  message: string;
};
