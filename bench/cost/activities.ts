import { TESTS_PER_CHECK } from '../../client/browser/socket-session.ts';
import { BROADCAST_SEGMENTS } from '../../lambda/broadcast/broadcast-task.ts';
import { type Calls, totalOf } from './calls.ts';
import { BYTES_PER_GB, BYTES_PER_KB, HOURS_PER_MONTH, type Load, type Volume, volumeOf } from './load.ts';
import * as m from './model.ts';
import type { Quantities } from './prices.ts';

/** One thing that a deployment does in a month: what it calls, and what it uses beyond one unit per call. */
export type Activity = { name: string; calls: Calls; beyond?: Quantities };

export function activitiesOf(load: Load, model: m.CostModel): Activity[] {
  const volume = volumeOf(load);
  return [
    { name: 'open connections', calls: {}, beyond: openConnections(volume) },
    connects(load, volume, model),
    pings(load, volume, model),
    pushes(load, volume, model),
    broadcasts(load, volume, model),
    storedMessages(load, model),
    { name: 'queue and secrets, while idle', calls: {}, beyond: idle(load, model) },
    { name: 'text endpoint', calls: {}, beyond: load.text ? textEndpoint(load) : {} },
    { name: 'CloudFront', calls: {}, beyond: load.cloudfront ? cloudFront(load, volume, model) : {} },
    {
      name: 'monitoring, without its log lines',
      calls: load.monitoring ? canary(model) : {},
      beyond: load.monitoring ? monitoring(volume) : {},
    },
  ];
}

function openConnections({ connectionHours, averageConnections }: Volume): Quantities {
  const bytes = averageConnections * (m.CONNECTION_ITEM_BYTES + m.REGISTRATION_ITEM_BYTES);
  return { connectionMinute: connectionHours * 60, tableStorage: bytes / BYTES_PER_GB };
}

/** A page that is opened, and each time it replaces its connection: connect, register, disconnect. */
function connects(load: Load, volume: Volume, model: m.CostModel): Activity {
  const { usage } = model;
  // CloudFront's header is checked by the same function as an origin.
  const connect = load.anyOrigin && !load.cloudfront ? usage.connectAnyOrigin : usage.connect;
  const each = totalOf([1, connect], [1, usage.registerFramed], [1, usage.disconnect]);
  return {
    name: 'connects, with the replacement every 2 hours',
    calls: totalOf([connectsOf(load, volume, model), each]),
  };
}

/** Pages that are opened, and their replacements. */
function connectsOf(
  load: Load,
  { opens, connectionHours }: Volume,
  { connectionLifeHours }: m.CostModel,
): number {
  if (opens === 0) return connectionHours / connectionLifeHours;
  return opens * (1 + Math.floor(load.hoursPerDay / load.connectsPerDay / connectionLifeHours));
}

/** What its secret proves comes to the origin by it. Its traffic costs no more than that of API Gateway. */
function cloudFront(load: Load, volume: Volume, model: m.CostModel): Quantities {
  const connects = connectsOf(load, volume, model);
  return { edgeRequest: connects, firewallRequest: connects, webAcl: 1, firewallRule: 1, secret: 1 };
}

/**
 * A page pings when nothing has come for a while, or asks for stored messages where there are any; so messages spare
 * pings. Where messages come at random, λ an hour, and the silence is T: of the times between two signs of life the
 * part e^(-λT) ends with a ping, which makes λ / (e^(λT) - 1) pings an hour, and 1/T where there are no messages. Every
 * third one asks whether the page is still registered; a replay does so each time.
 */
function pings(load: Load, { connectionHours, deliveries }: Volume, { usage }: m.CostModel): Activity {
  const ping =
    load.storedShare > 0
      ? totalOf([1, usage.askReplay], [1, usage.replayEnd])
      : totalOf([1 - 1 / TESTS_PER_CHECK, usage.ping], [1 / TESTS_PER_CHECK, usage.check]);
  const silence = load.heartbeatSeconds / 3_600;
  const rate = deliveries / connectionHours;
  const pingsPerHour = rate === 0 ? 1 / silence : rate / Math.expm1(rate * silence);
  return { name: 'pings', calls: totalOf([connectionHours * pingsPerHour, ping]) };
}

/** Each message of a request is taken to be for another uid. */
function pushes(load: Load, { pushDeliveries }: Volume, model: m.CostModel): Activity {
  const { usage } = model;
  const lookupBytes = load.connectionsPerUser * m.CONNECTION_ITEM_BYTES;
  return {
    name: 'pushes',
    calls: totalOf(
      [load.pushes / load.linesPerRequest, usage.request],
      [load.pushes, usage.lookup],
      [pushDeliveries, usage.delivery],
    ),
    beyond: {
      tableRead: load.pushes * (readUnits(lookupBytes) - 1),
      ...deliveriesBeyond(pushDeliveries, load, model),
    },
  };
}

function broadcasts(
  load: Load,
  { averageConnections, broadcastDeliveries }: Volume,
  model: m.CostModel,
): Activity {
  const { usage } = model;
  const items = 2 * averageConnections;
  const pages =
    BROADCAST_SEGMENTS * Math.max(1, Math.ceil(items / BROADCAST_SEGMENTS / m.BROADCAST_PAGE_ITEMS));
  const tableBytes = averageConnections * (m.CONNECTION_ITEM_BYTES + m.REGISTRATION_ITEM_BYTES);
  const textBytes = load.sizeKb * BYTES_PER_KB;
  const workerGb = model.functions.broadcastWorker.memoryMb / 1_024;
  return {
    name: 'broadcasts',
    calls: totalOf(
      [load.broadcasts, usage.broadcast],
      [load.broadcasts * pages, usage.broadcastPage],
      [load.broadcasts * (pages - BROADCAST_SEGMENTS), usage.nextPage],
      [broadcastDeliveries, usage.delivery],
    ),
    beyond: {
      tableWrite: load.broadcasts * (writeUnits(textBytes) - 1),
      tableRead:
        load.broadcasts * (pages * (readUnits(textBytes) - 1) + Math.max(0, readUnits(tableBytes) - pages)),
      // Lambda receives and deletes each task.
      queueRequest: load.broadcasts * pages * 2,
      functionGbSecond: (broadcastDeliveries / m.POSTS_PER_WORKER_SECOND) * workerGb,
      ...deliveriesBeyond(broadcastDeliveries, load, model),
    },
  };
}

/**
 * On top of their pushes. What was pushed to a uid without connections is replayed when a page registers, a message a
 * page: the most that it can cost. Every page acknowledges.
 */
function storedMessages(load: Load, model: m.CostModel): Activity {
  const { usage } = model;
  const messages = load.pushes * load.storedShare;
  const shown = messages * load.connectionsPerUser;
  const replayed = shown * load.offlineShare;
  const idempotent = load.pushes * load.idempotentShare;
  const bytes = load.sizeKb * BYTES_PER_KB;
  return {
    name: 'stored messages and idempotency keys',
    calls: totalOf(
      [messages, usage.number],
      [messages, usage.store],
      [messages * (1 - load.offlineShare) + replayed, usage.receipt],
      [shown, usage.acknowledge],
      [replayed, usage.replayPage],
      [replayed, usage.replayEnd],
      [replayed, usage.delivery],
      [idempotent, usage.idempotency],
      [idempotent * load.storedShare, usage.idempotentStore],
    ),
    beyond: {
      tableWrite: messages * (writeUnits(bytes) - 1),
      tableRead: (shown + replayed) * (readUnits(bytes) - 1),
      tableStorage: ((messages * bytes) / BYTES_PER_GB) * (load.storedHours / HOURS_PER_MONTH),
      ...deliveriesBeyond(replayed, load, model),
    },
  };
}

function idle(load: Load, { idleQueueRequests }: m.CostModel): Quantities {
  return { queueRequest: idleQueueRequests, secret: load.secrets };
}

/** All pushes are taken to come this way. */
function textEndpoint({ textTasks, pushes: lines, sizeKb }: Load): Quantities {
  return {
    balancerHour: HOURS_PER_MONTH,
    // A unit is 1 GB an hour; of new and open connections a unit has more than programs need.
    balancerCapacity: (lines * sizeKb * BYTES_PER_KB) / BYTES_PER_GB,
    taskCpuHour: textTasks * m.TASK_CPU * HOURS_PER_MONTH,
    taskMemoryHour: textTasks * m.TASK_MEMORY_GB * HOURS_PER_MONTH,
    // Without a NAT gateway each task has an address of its own.
    addressHour: textTasks * HOURS_PER_MONTH,
  };
}

/** A page that registers, a stored push to it with a key, an acknowledgement, and two questions for it. */
function canary({ usage }: m.CostModel): Calls {
  const run = totalOf(
    [1, usage.connect],
    [1, usage.registerFramed],
    [3, usage.request],
    [1, usage.lookup],
    [1, usage.delivery],
    [1, usage.number],
    [1, usage.store],
    [1, usage.receipt],
    [1, usage.idempotency],
    [1, usage.idempotentStore],
    [1, usage.acknowledge],
    [2, { tableRead: 3 }],
    [1, usage.disconnect],
  );
  return totalOf([m.monitoringModel.canary.runsPerHour * HOURS_PER_MONTH, run]);
}

function monitoring({ averageConnections }: Volume): Quantities {
  const { customMetrics, alarmMetrics, compositeAlarms, dashboards, countsPerHour, canary } =
    m.monitoringModel;
  const counts = countsPerHour * HOURS_PER_MONTH;
  const tableBytes = averageConnections * (m.CONNECTION_ITEM_BYTES + m.REGISTRATION_ITEM_BYTES);
  return {
    customMetric: customMetrics,
    alarm: alarmMetrics,
    compositeAlarm: compositeAlarms,
    dashboard: dashboards,
    functionRequest: counts + canary.runsPerHour * HOURS_PER_MONTH,
    functionGbSecond:
      (canary.runsPerHour * HOURS_PER_MONTH * canary.memoryMb * canary.assumedMs) / 1_024 / 1_000,
    // An eventually consistent read is half a unit.
    tableRead: counts * readUnits(tableBytes) * 0.5,
  };
}

/** Extra cost of messages longer than 32 KB, and the bytes on their way out. */
function deliveriesBeyond(deliveries: number, { sizeKb }: Load, { frameBytes }: m.CostModel): Quantities {
  const bytes = sizeKb * BYTES_PER_KB + frameBytes;
  return {
    webSocketMessage: deliveries * (Math.ceil(bytes / (32 * BYTES_PER_KB)) - 1),
    dataOut: (deliveries * sizeKb * BYTES_PER_KB) / BYTES_PER_GB,
  };
}

export function readUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / (4 * BYTES_PER_KB)));
}

/** The item's keys and times come on top of its text. */
export function writeUnits(textBytes: number): number {
  const otherBytes = 150;
  return Math.ceil((textBytes + otherBytes) / BYTES_PER_KB);
}
