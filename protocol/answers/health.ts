/** Answer of `GET /health`. */
export type Health = {
  /** The service runs. */
  status: 'ok';
};
