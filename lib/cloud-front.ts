/** Whether CloudFront is in front of the WebSocket API. */
export const CloudFront = {
  /** There is none. */
  off: 'off',
  /** Browsers may connect by it or by API Gateway's own address: for the time in which pages move. */
  beside: 'beside',
  /** What comes by another way is refused. */
  only: 'only',
} as const;
export type CloudFront = (typeof CloudFront)[keyof typeof CloudFront];
