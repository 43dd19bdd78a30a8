/** A month of a deployment's load. */
export type Load = {
  users: number;
  /** Open pages of a user at the same time. */
  connectionsPerUser: number;
  /** How long each user is connected. */
  hoursPerDay: number;
  /** How often each of a user's pages is opened a day; 0: it was opened before the month and stays. */
  connectsPerDay: number;
  /** Messages a month, all users together. */
  pushes: number;
  /** Of a message, in KB of 1,024 bytes. */
  sizeKb: number;
  /** The part of the pushes, from 0 to 1, whose uid has no connection at that moment. */
  offlineShare: number;
  /** Messages that a backend, or the text service, puts into one request. */
  linesPerRequest: number;
  /** To all that are online, a month. */
  broadcasts: number;
  /** The part of the pushes that are stored until they expire, and for how long. */
  storedShare: number;
  storedHours: number;
  /** The part of the pushes that bear an `Idempotency-Key`. */
  idempotentShare: number;
  /** Silence after which a page asks whether its connection lives. */
  heartbeatSeconds: number;
  /** Whether pages of any origin may connect: without `allowedOrigins`. */
  anyOrigin: boolean;
  /** Secrets that the stack makes: one to sign tokens with, one with `pushAuth=secret`. */
  secrets: number;
  /** The text endpoint, and how many tasks it has. */
  text: boolean;
  textTasks: number;
  monitoring: boolean;
  /** CloudFront, with its rule of WAF, in front of connects. */
  cloudfront: boolean;
};

export const defaultLoad: Load = {
  users: 1_000,
  connectionsPerUser: 1,
  hoursPerDay: 24,
  connectsPerDay: 1,
  pushes: 1_000_000,
  sizeKb: 1,
  offlineShare: 0,
  linesPerRequest: 1,
  broadcasts: 0,
  storedShare: 0,
  storedHours: 24,
  idempotentShare: 0,
  heartbeatSeconds: 300,
  anyOrigin: false,
  secrets: 1,
  text: false,
  textTasks: 2,
  monitoring: false,
  cloudfront: false,
};

export const HOURS_PER_MONTH = 730;
export const DAYS_PER_MONTH = HOURS_PER_MONTH / 24;
export const BYTES_PER_KB = 1_024;
export const BYTES_PER_GB = 1_024 ** 3;

/** The numbers of a load that every service bills by, a month. */
export type Volume = {
  /** All users at once. */
  peakConnections: number;
  averageConnections: number;
  connectionHours: number;
  /** Pages opened. */
  opens: number;
  /** Messages handed in: pushes and broadcasts. */
  publishes: number;
  /** Messages brought to connections by pushes, and by broadcasts. */
  pushDeliveries: number;
  broadcastDeliveries: number;
  deliveries: number;
  gbOut: number;
};

export function volumeOf(load: Load): Volume {
  const peakConnections = load.users * load.connectionsPerUser;
  const connectionHours = peakConnections * load.hoursPerDay * DAYS_PER_MONTH;
  const averageConnections = connectionHours / HOURS_PER_MONTH;
  const pushDeliveries = load.pushes * (1 - load.offlineShare) * load.connectionsPerUser;
  const broadcastDeliveries = load.broadcasts * averageConnections;
  const deliveries = pushDeliveries + broadcastDeliveries;
  return {
    peakConnections,
    averageConnections,
    connectionHours,
    opens: peakConnections * load.connectsPerDay * DAYS_PER_MONTH,
    publishes: load.pushes + load.broadcasts,
    pushDeliveries,
    broadcastDeliveries,
    deliveries,
    gbOut: (deliveries * load.sizeKb * BYTES_PER_KB) / BYTES_PER_GB,
  };
}
