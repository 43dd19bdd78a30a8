import { DAYS_PER_MONTH, type Load, type Volume, volumeOf } from './load.ts';
import { type Certainty, prices } from './prices.ts';

/** Another service's list price for the same load. */
export type PeerCost = {
  name: PeerName;
  /** `ask`: more than its largest public plan. */
  dollars: number | 'ask';
  /** How it comes about. */
  note: string;
  /** Whether it is billed by use, so that every push and every minute changes it. */
  isMetered: boolean;
  source: string;
  /** When the prices were current. */
  date: string;
  certainty: Certainty;
};

export type PeerName = 'AppSync Events' | 'IoT Core' | 'Azure Web PubSub' | 'Pusher Channels' | 'Ably';

const million = 1_000_000;

/**
 * For the same pushes, broadcasts and connections, without receipts, storage, or a text endpoint; where a service has
 * its own meter for these, it costs more.
 */
export function peerCosts(load: Load): PeerCost[] {
  const volume = volumeOf(load);
  return [
    appSyncEvents(load, volume),
    iotCore(load, volume),
    webPubSub(load, volume),
    pusher(volume),
    ably(load, volume),
  ];
}

/** An operation is 5 KB of an event that is published or delivered, or a connect. */
function appSyncEvents({ sizeKb }: Load, { publishes, deliveries, opens, ...volume }: Volume): PeerCost {
  const operations = (publishes + deliveries) * Math.ceil(sizeKb / 5) + opens;
  return {
    name: 'AppSync Events',
    dollars: operations / million + awsConnections(volume.connectionHours) + dataOut(volume.gbOut),
    note: '$1.00 a million operations of 5 KB, $0.08 a million connection-minutes, data out',
    isMetered: true,
    source: 'https://aws.amazon.com/appsync/pricing/',
    date: '2025',
    certainty: 'likely',
  };
}

function iotCore({ sizeKb }: Load, { publishes, deliveries, connectionHours, gbOut }: Volume): PeerCost {
  return {
    name: 'IoT Core',
    dollars:
      ((publishes + deliveries) * Math.ceil(sizeKb / 5)) / million +
      awsConnections(connectionHours) +
      dataOut(gbOut),
    note: '$1.00 a million messages of 5 KB, in and out, $0.08 a million connection-minutes, data out',
    isMetered: true,
    source: 'https://aws.amazon.com/iot-core/pricing/',
    date: '2026-09-20',
    certainty: 'likely',
  };
}

/** Price of connections at both AppSync Events and IoT Core. */
function awsConnections(connectionHours: number): number {
  return (connectionHours * 60 * 0.08) / million;
}

function dataOut(gb: number): number {
  return (gb * prices.dataOut.dollars) / prices.dataOut.per;
}

/**
 * A unit has 1,000 connections and a million messages of 2 KB a day. Standard has up to 100 units, Premium up to 1,000.
 */
function webPubSub({ sizeKb }: Load, { peakConnections, deliveries }: Volume): PeerCost {
  const units = Math.max(1, Math.ceil(peakConnections / 1_000));
  const dollarsPerUnitDay = units <= 100 ? 1.61 : 2;
  const included = units * million * DAYS_PER_MONTH;
  const over = Math.max(0, deliveries * Math.ceil(sizeKb / 2) - included);
  return {
    name: 'Azure Web PubSub',
    dollars: units > 1_000 ? 'ask' : units * dollarsPerUnitDay * DAYS_PER_MONTH + over / million,
    note: `units of 1,000 connections: ${units.toLocaleString('en')} ${units <= 100 ? 'Standard' : 'Premium'}, $${dollarsPerUnitDay.toFixed(2)} a day each; $1.00 a million messages beyond a million a day each; data out not counted`,
    isMetered: false,
    source: 'https://azure.microsoft.com/pricing/details/web-pubsub/',
    date: '2026',
    certainty: 'likely',
  };
}

/** The public plans whose limits are known here; between the third and the last there are more. */
const pusherPlans = [
  { dollars: 0, connections: 100, messagesPerDay: 200_000 },
  { dollars: 49, connections: 500, messagesPerDay: million },
  { dollars: 99, connections: 2_000, messagesPerDay: 4 * million },
  { dollars: 299, connections: 5_000, messagesPerDay: 10 * million },
  { dollars: 1_199, connections: 30_000, messagesPerDay: 90 * million },
];

function pusher({ peakConnections, publishes, deliveries }: Volume): PeerCost {
  const messagesPerDay = (publishes + deliveries) / DAYS_PER_MONTH;
  const plan = pusherPlans.find(
    (candidate) => candidate.connections >= peakConnections && candidate.messagesPerDay >= messagesPerDay,
  );
  return {
    name: 'Pusher Channels',
    dollars: plan?.dollars ?? 'ask',
    note: plan
      ? `plan of ${plan.connections.toLocaleString('en')} connections, ${plan.messagesPerDay.toLocaleString('en')} messages a day`
      : 'more than the largest public plan',
    isMetered: false,
    source: 'https://pusher.com/channels/pricing/',
    date: '2026-05-08',
    certainty: 'likely',
  };
}

/** Its plan by resources, which new accounts don't get any more. A user is a channel. */
function ably({ users, hoursPerDay }: Load, { publishes, deliveries, connectionHours }: Volume): PeerCost {
  const channelHours = users * hoursPerDay * DAYS_PER_MONTH;
  return {
    name: 'Ably',
    dollars: 29 + ((publishes + deliveries) * 2.5 + (connectionHours + channelHours) * 60) / million,
    note: '$29, $2.50 a million messages, $1.00 a million minutes of connections and of channels (Standard, legacy)',
    isMetered: true,
    source: 'https://ably.com/docs/platform/pricing/resource-based',
    date: '2026',
    certainty: 'certain',
  };
}
