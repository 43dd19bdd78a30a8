import { setTimeout as sleep } from 'node:timers/promises';
import { type LocalStack, start } from '../../local/start.ts';
import { Books } from './books.ts';
import { pushByHttp, pushOnce } from './http-pusher.ts';
import { killNowAndThen } from './kills.ts';
import { sendLines } from './line-sender.ts';
import { openPages, type Page } from './page.ts';
import {
  type Memory,
  memoryNow,
  memoryVerdict,
  newResources,
  ProcessComplaints,
  resourceVerdict,
} from './process-state.ts';
import { Random } from './random.ts';
import { randomFaults } from './random-faults.ts';
import { rowVerdicts } from './row-verdicts.ts';
import { allUids, comesTrue, type SoakSetting } from './soak-setting.ts';
import { openSocketBrowsers, type SocketBrowser } from './socket-browser.ts';
import { readTableRows } from './table-rows.ts';
import { everythingWasTried, type Verdict, verdictsOn } from './verdicts.ts';

export type SoakOptions = {
  seed: number;
  runMs: number;
  /** Receives the progress, every few seconds. */
  onProgress: (line: string) => void;
};

const senders = 6;
const pushers = 4;

/** Rest of a connection's 2 hours when it opens: every browser is reconnected or replaced several times. */
const lifetimeMs = 60_000;
/** With the 5 minutes that a row may outlive its connection. */
const longestRowMs = lifetimeMs + 5 * 60_000 + 1_000;

/** On a busy machine not everything has come in a short time. */
const extraMs = 60_000;
const settleMs = 90_000;
const progressMs = 5_000;

/** Runs the whole local stack under load while all kinds of things go wrong, lets it settle, and judges. */
export async function soak({ seed, runMs, onProgress }: SoakOptions): Promise<Verdict[]> {
  const complaints = new ProcessComplaints();
  complaints.start();
  const resources = process.getActiveResourcesInfo();
  const books = new Books();
  let isTroubled = false;
  const faults = randomFaults(
    seed,
    () => isTroubled,
    (fault) => books.fault(fault),
  );
  const stack = await start({
    host: '127.0.0.1',
    webSocketPort: 0,
    textPort: 0,
    httpPort: 0,
    identity: 'claimed',
    lifetimeMs,
    faults: faults.gateway,
    tableFaults: faults.table,
    functionUrlFaults: faults.functionUrl,
    maxTextRestarts: Number.POSITIVE_INFINITY,
  });
  const setting: SoakSetting = {
    seed,
    books,
    webSocketUrl: stack.outputs.WebSocketUrl,
    pushUrl: stack.outputs.PushUrl,
    textPort: Number(stack.outputs.TextEndpoint?.split(':')[1]),
    isEnding: false,
  };
  try {
    const browsers = openSocketBrowsers(setting);
    const pages = openPages(setting);
    const areBack = () => allBack(browsers, pages);
    if (!(await comesTrue(areBack, settleMs))) throw new Error('Not every browser could be registered.');
    isTroubled = true;
    const load = Promise.all([
      ...times(senders, (index) => sendLines(setting, index, new Random(seed, `sender ${index}`))),
      ...times(pushers, (index) => pushByHttp(setting, new Random(seed, `pusher ${index}`))),
      killNowAndThen(setting, stack, runMs),
    ]);
    const warm = await letRun(setting, runMs, onProgress);
    setting.isEnding = true;
    isTroubled = false;
    await load;
    onProgress('settling');
    const verdicts = await settled(setting, stack, { browsers, pages });
    // The books are no memory of the stack.
    books.clear();
    verdicts.push(memoryVerdict(warm, memoryNow()));
    for (const browser of browsers) browser.leave();
    for (const { connection } of pages) connection.close();
    await comesTrue(() => stack.gateway.connectionIds().length === 0, settleMs);
    return await withTheEnd(verdicts, stack, { resources, complaints });
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

function times<Result>(count: number, make: (index: number) => Result): Result[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** Resolves to the memory in use when all was warm. */
async function letRun(
  { books }: SoakSetting,
  runMs: number,
  onProgress: SoakOptions['onProgress'],
): Promise<Memory> {
  const startedAt = Date.now();
  let warm: Memory | undefined;
  for (;;) {
    const elapsed = Date.now() - startedAt;
    const isOver = elapsed >= runMs && (everythingWasTried(books).holds || elapsed >= runMs + extraMs);
    if (isOver) return warm ?? memoryNow();
    if (elapsed >= runMs / 4) warm ??= memoryNow();
    onProgress(
      `${Math.round(elapsed / 1_000)} s: ${books.sent.size} sent, ${books.received.size} arrived, ${books.faultCount} faults`,
    );
    await sleep(Math.min(progressMs, Math.max(runMs - elapsed, 500), runMs / 4));
  }
}

/** Waits until all that can still come has come, for a bounded time, and judges the books and the table. */
async function settled(
  setting: SoakSetting,
  stack: LocalStack,
  { browsers, pages }: { browsers: SocketBrowser[]; pages: Page[] },
): Promise<Verdict[]> {
  const { books } = setting;
  await comesTrue(() => allBack(browsers, pages), settleMs);
  const called = await comesTrue(() => everybodyHears(setting, browsers, pages), settleMs);
  const rollCall: Verdict = {
    what: 'in the end every browser gets a push to its uid',
    holds: called,
    numbers: `${browsers.length} browsers, ${pages.length} pages`,
  };
  const holds = (verdicts: Verdict[]) => verdicts.every((verdict) => verdict.holds);
  await comesTrue(() => holds(verdictsOn(books)), settleMs / 3);
  let rows: Verdict[] = [];
  await comesTrue(async () => {
    for (const uid of allUids) await pushOnce(setting, uid);
    const table = await readTableRows(stack.tableEndpoint, stack.tableNames);
    rows = rowVerdicts(table, stack.gateway.connectionIds(), Date.now(), longestRowMs);
    return holds(rows);
  }, settleMs);
  return [...verdictsOn(books), rollCall, ...rows];
}

/** Whether all are registered, as far as they can know. */
function allBack(browsers: readonly SocketBrowser[], pages: readonly Page[]): boolean {
  return (
    browsers.every(({ isRegistered }) => isRegistered) &&
    pages.every(({ connection }) => connection.status.state === 'open')
  );
}

/** Whether one push to each uid has come to every browser of it. */
async function everybodyHears(
  setting: SoakSetting,
  browsers: readonly SocketBrowser[],
  pages: readonly Page[],
): Promise<boolean> {
  const before = browsers.map(({ texts }) => texts);
  const counts = new Map<string, number>();
  for (const uid of allUids) counts.set(await pushOnce(setting, uid), browsersOf(uid, browsers, pages));
  const heard = () => [...counts].every(([name, count]) => (setting.books.received.get(name) ?? 0) >= count);
  return (
    (await comesTrue(heard, 5_000)) && browsers.every(({ texts }, index) => texts > (before[index] ?? 0))
  );
}

function browsersOf(uid: string, browsers: readonly SocketBrowser[], pages: readonly Page[]): number {
  return (
    browsers.filter((browser) => browser.uid === uid).length +
    pages.filter(({ shown }) => shown.uid === uid).length
  );
}

/** Stops the stack, and adds what it leaves behind. */
async function withTheEnd(
  verdicts: Verdict[],
  stack: LocalStack,
  { resources, complaints }: { resources: string[]; complaints: ProcessComplaints },
): Promise<Verdict[]> {
  await stack.stop();
  const left = () => newResources(resources, process.getActiveResourcesInfo());
  // Sockets that the push client keeps alive go after some seconds.
  await comesTrue(() => left().length === 0, 20_000);
  return [...verdicts, resourceVerdict(left()), complaints.stop()];
}
