import type { CallKind } from '../../bench/cost/calls.ts';
import type { FunctionActivity, FunctionRequest } from '../../local/functions/function-activity.ts';
import type { QueueingClient } from '../support/queueing-client.ts';

/** By how the logical ids of the template's functions begin; CDK leaves out a repeated `Push`. */
const functions: readonly [logicalIdStart: string, kind: CallKind][] = [
  ['UidPushConnect', 'connectFunction'],
  ['UidPushRegister', 'registerFunction'],
  ['UidPushDisconnect', 'disconnectFunction'],
  ['UidPushFunction', 'pushFunction'],
  ['UidPushPushOnlyFunction', 'pushFunction'],
  ['UidPushBroadcastWorker', 'broadcastWorker'],
  ['UidPushPresenceWorker', 'presenceWorker'],
];

const tableOperations: Readonly<Record<string, CallKind>> = {
  GetItem: 'tableRead',
  BatchGetItem: 'tablePairRead',
  Query: 'tableRead',
  Scan: 'tableRead',
  PutItem: 'tableWrite',
  UpdateItem: 'tableWrite',
  DeleteItem: 'tableWrite',
  BatchWriteItem: 'tableBatchWrite',
};

const connectionMethods: Readonly<Record<string, CallKind>> = { POST: 'post', GET: 'probe', DELETE: 'close' };

/**
 * Counts what the functions of a local stack do, and the messages of its browsers. What is of no known kind is counted
 * by its name.
 */
export class CallCounter {
  #calls: Record<string, number> = {};

  /** For the stack's `onActivity`. */
  readonly count = (activity: FunctionActivity): void => {
    this.#add(
      activity.kind === 'request' ? kindOfRequest(activity.request) : functionKindOf(activity.functionId),
    );
  };

  get calls(): Readonly<Record<string, number>> {
    return this.#calls;
  }

  reset(): void {
    this.#calls = {};
  }

  /** Counts what arrives at the browser from now on. */
  watch(browser: QueueingClient): void {
    browser.socket.on('message', () => this.#add('messageOut'));
  }

  /** Sends a message as the browser, and counts it. */
  send(browser: QueueingClient, text: string): void {
    this.#add('messageIn');
    browser.send(text);
  }

  #add(kind: string): void {
    this.#calls[kind] = (this.#calls[kind] ?? 0) + 1;
  }
}

/** What a function of the template is for; its own name, if that isn't known. */
export function functionKindOf(logicalId: string): string {
  const found = functions.find(([start]) => logicalId.startsWith(start));
  return found ? found[1] : logicalId;
}

function kindOfRequest({ method, path, target }: FunctionRequest): string {
  const [service, operation = ''] = (target ?? '').split('.');
  const tableCall = tableOperations[operation];
  if (service === 'DynamoDB_20120810' && tableCall) return tableCall;
  if (service === 'AmazonSQS') return 'queueSend';
  if (target === 'AWSEvents.PutEvents') return 'busEvent';
  const connectionCall = path.includes('connections/') && connectionMethods[method];
  if (connectionCall) return connectionCall;
  return target ?? `${method} ${path}`;
}
