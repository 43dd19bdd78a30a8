import type { RetryingConnections } from '../connection/retrying-connections.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import { acknowledge } from './acknowledge.ts';
import { answerCheck } from './answer-check.ts';
import { answerReplay } from './answer-replay.ts';
import type { BothTables } from './both-tables.ts';
import type { MessageLog } from './message-log.ts';
import { noteDelivered } from './note-delivered.ts';
import { type ReplayPage, readPage } from './replay.ts';
import { sendPage } from './send-page.ts';

export type ReplayServicePorts = {
  log: MessageLog;
  table: ConnectionTable;
  bothTables: BothTables;
  now(): number;
} & RetryingConnections;

export type ReplayService = ReturnType<typeof createReplayService>;

/** What a framed connection can do with the stored messages of its uid. */
export function createReplayService({ log, table, bothTables, post, close, now }: ReplayServicePorts) {
  const lookUp = {
    registrationOf: (id: string) => table.registrationOf(id),
    connectionAndLatest: (...connection: Parameters<BothTables['connectionAndLatest']>) =>
      bothTables.connectionAndLatest(...connection),
    now,
  };
  const service = {
    readPage: (uid: string, since: number, latest: number) => readPage(uid, since, latest, log, now()),

    sendPage: (connectionId: string, uid: string, page: ReplayPage) =>
      sendPage(page, {
        post: (frame) => post(connectionId, frame),
        noteDelivered: (message) => noteDelivered(log, uid, message, now()),
      }),

    answerReplay: (connectionId: string, text: string) =>
      answerReplay(text, connectionId, {
        ...lookUp,
        readPage: service.readPage,
        sendPage: (uid, page) => service.sendPage(connectionId, uid, page),
        post: (frame) => post(connectionId, frame),
        close: () => close(connectionId),
      }),

    answerCheck: (connectionId: string) =>
      answerCheck(connectionId, { ...lookUp, post: (frame) => post(connectionId, frame) }),

    acknowledge: (connectionId: string, text: string) => acknowledge(text, connectionId, table, log, now()),
  };
  return service;
}
