import type { Calls } from './calls.ts';

/**
 * Calls to AWS of each operation. No estimates: `test/cost/usage-per-operation.test.ts` does each on the local stack,
 * counts, and compares. What an operation does for each uid, page or connection is an entry of its own.
 */
export const usagePerOperation = {
  /** A socket opens, with `allowedOrigins`. */
  connect: { connectFunction: 1 },
  /** A socket opens where any origin may connect. */
  connectAnyOrigin: {},
  /** The first message of a plain socket. */
  registerPlain: { registerFunction: 1, tableRead: 1, tableWrite: 2, messageIn: 1 },
  /** `register` of a framed socket, which is answered. */
  registerFramed: {
    registerFunction: 1,
    tablePairRead: 1,
    tableWrite: 2,
    post: 1,
    messageIn: 1,
    messageOut: 1,
  },
  /** With `revocation=true`, of each registration; with `sessions=single` twice. */
  readRevocation: { tableRead: 1 },
  /** `?revoke`, and `?block=`, of a request that disconnects. */
  revoke: { tableWrite: 2 },
  /**
   * With `groups=true`, of each registration and each connection that ends: what decides in which groups it is; three
   * items, with the groups' layouts. Three times where it is in any.
   */
  followGroups: { tablePairRead: 1 },
  /** The row of a connection in a group is put or deleted, for each group when it registers and when it ends. */
  groupRow: { tableWrite: 1 },
  /** `join`, and `leave`. */
  joinGroup: {
    registerFunction: 1,
    tableRead: 1,
    tablePairRead: 3,
    tableWrite: 2,
    post: 1,
    messageIn: 1,
    messageOut: 1,
  },
  /** `PUT /groups/<group>/uids/<uid>`: memberships, twice, and connections; the list and the memberships. */
  putIntoGroup: { tableRead: 3, tableWrite: 2 },
  /** Of that, for each open connection. */
  putConnectionIntoGroup: { tablePairRead: 2, tableWrite: 1 },
  /** `DELETE` of the same. */
  takeOutOfGroup: { tableRead: 5, tableWrite: 2 },
  /** Of that, for each connection that was in. */
  takeConnectionOutOfGroup: { tableRead: 1, tablePairRead: 2, tableWrite: 1 },
  /**
   * With `presence=true`, of the registration by which a uid comes online: a look is asked for, which finds that,
   * arranges the next one, and tells one queue.
   */
  userComes: { presenceWorker: 1, tableRead: 3, tableWrite: 3, queueSend: 2 },
  /** Of the last connection that ends: it is noted, and looked at when the grace is over. */
  userLeaves: { presenceWorker: 2, tableRead: 5, tableWrite: 3, queueSend: 3 },
  /** Of a connection that ends while its uid has others, as one that was replaced. */
  connectionLeaves: { tableRead: 1 },
  /** With `presenceWatch=true`, of each connection that ends: whether it watched. */
  readWatchList: { tableRead: 1 },
  /** Of each change: the watchers of the uid. */
  findWatchers: { tableRead: 1 },
  /** A change is shown to one watcher: its connection is looked up, with up to a hundred others in one request. */
  showChange: { tableRead: 1, post: 1, messageOut: 1 },
  /** An event of presence goes to an event bus. */
  tellEventBus: { busEvent: 1 },
  /** `POST /presence`, of each uid: a hundred of them are one request to the table. It is a `request` besides. */
  queriedUid: { tableRead: 1 },
  /** `GET /presence` of a table that is one page; each further page is one read. It is a `request` besides. */
  countOnline: { tableRead: 1 },
  /** `watch` that has new uids, without what it writes and reads of each. One write counts the new ones. */
  watch: {
    registerFunction: 1,
    tableRead: 1,
    tablePairRead: 2,
    tableWrite: 3,
    post: 1,
    messageIn: 1,
    messageOut: 1,
  },
  /** Of that, for each uid: its row, with up to 25 in one request, and its state. */
  watchedUid: { tableRead: 1, tableWrite: 1 },
  /** `watch` of a uid whose pages have begun to watch too many in this minute; the write is refused, and paid for. */
  watchRefused: {
    registerFunction: 1,
    tableRead: 1,
    tablePairRead: 1,
    tableWrite: 1,
    post: 1,
    messageIn: 1,
    messageOut: 1,
  },
  /** A connection ends that watched somebody. */
  endWatch: { tablePairRead: 1, tableWrite: 1 },
  /** Of that, for each uid, with up to 25 in one request. */
  unwatchedUid: { tableWrite: 1 },

  /** `ping`, and its pong, which is API Gateway's own. */
  ping: { messageIn: 1, messageOut: 1 },
  /** `check`: every third test of a page whose uid has no stored messages, in place of `ping`. */
  check: { registerFunction: 1, tableRead: 1, tablePairRead: 1, post: 1, messageIn: 1, messageOut: 1 },
  /** A registered connection is closed. */
  disconnect: { disconnectFunction: 1, tableWrite: 2 },
  /** One that the service has closed, or that never registered, in its first minute; later it is two writes. */
  disconnectUnregistered: { disconnectFunction: 1, tableWrite: 1 },

  /** A request to the push URL, whatever it asks for. */
  request: { pushFunction: 1 },
  /** The connections of a uid are looked up, once for each uid of a request; or the uid of one connection. */
  lookup: { tableRead: 1 },
  /** A message, or a broadcast, is brought to one connection. */
  delivery: { post: 1, messageOut: 1 },
  /**
   * A connection is gone and its `$disconnect` was lost: in place of a delivery, or of a kick. The post is answered
   * 410, and so is the question whether that is so.
   */
  gone: { post: 1, probe: 1, tableWrite: 2 },
  /**
   * A framed connection receives the reason, is closed, and its rows are removed. Its `disconnectUnregistered` follows;
   * or `disconnect`, where `$disconnect` comes before the kick has marked the connection as closed.
   */
  kick: { post: 1, messageOut: 1, close: 1, tableWrite: 2 },

  /** Of a push with a TTL, the counter is read and raised: once for each uid of a request. */
  number: { tableRead: 1, tableWrite: 1 },
  /** A message is put into the log. */
  store: { tableWrite: 1 },
  /** It was delivered: by a push, once for all connections; by a replay. */
  receipt: { tableWrite: 1 },
  /** `ack`. The message is read. */
  acknowledge: { registerFunction: 1, tableRead: 2, tableWrite: 1, messageIn: 1 },
  /** `replay`: pages of uids that have stored messages send it in place of `ping`. */
  askReplay: { registerFunction: 1, tableRead: 1, tablePairRead: 1, messageIn: 1 },
  /** Messages are there: a page of the log is read. */
  replayPage: { tableRead: 1 },
  /** `replayed`, at the end of each page and where there is none. */
  replayEnd: { post: 1, messageOut: 1 },
  /** A push with an `Idempotency-Key`: the request is noted, then its answer. */
  idempotency: { tableWrite: 2 },
  /** With a TTL too: the number that is tried is noted. */
  idempotentStore: { tableWrite: 1 },
  /** The push is repeated: a write is refused, which is paid for, and the answer is read. */
  repetition: { tableRead: 1, tableWrite: 1 },

  /** A multicast in the background is noted, with the uids of its chunks, which are asked for, ten in one request. */
  multicast: { pushFunction: 1, tableWrite: 2, queueSend: 1 },
  /** The uids of a chunk are written: a unit for each KB. */
  multicastChunk: { tableWrite: 1 },
  /** A part of a chunk is done: as a rule the whole. */
  multicastPart: { broadcastWorker: 1, tableRead: 3, tableWrite: 1 },
  /** With a `TTL`, before that. */
  storedPart: { tableWrite: 1 },

  /** A broadcast is noted, and its ten segments are asked for. */
  broadcast: { pushFunction: 1, tableWrite: 2, queueSend: 1 },
  /** A page of a segment; each segment has at least one. */
  broadcastPage: { broadcastWorker: 1, tableRead: 3, tableWrite: 1 },
  /** A page of a segment of a group, in a push to it that is done in the background; it begins as a broadcast does. */
  groupPage: { broadcastWorker: 1, tableRead: 4, tableWrite: 1 },
  /** A segment's next page is asked for. */
  nextPage: { queueSend: 1 },
} as const satisfies Record<string, Calls>;
