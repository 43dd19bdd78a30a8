/** How senders of lines treat their connections, when they don't treat them well. */
export const SENDER_FAULTS = [
  'sender reads late',
  'sender reads at the end',
  'sender ends its side',
  'sender resets',
  'sender writes byte by byte',
] as const;

/** All that goes wrong in a soak. */
export const FAULTS = [
  'post throttled',
  'post 500',
  'post late',
  'post never answered',
  'post falsely gone, dropped',
  'post falsely gone, delivered',
  '$disconnect lost',
  'table throttled',
  'table 500',
  'table answer lost',
  'table late',
  'push URL 429',
  'push URL 502',
  'sandboxes killed',
  'text service killed',
  'text service stopped',
  'browser socket killed',
  'page socket killed',
  'browser reads late',
  ...SENDER_FAULTS,
] as const;
export type Fault = (typeof FAULTS)[number];
