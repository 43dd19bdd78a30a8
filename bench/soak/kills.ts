import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalStack } from '../../local/start.ts';
import { Random } from './random.ts';
import type { SoakSetting } from './soak-setting.ts';

/** How often the text service is ended, at least twice in a soak: once each way. */
const textKillIntervalMs = 20_000;

/** Prefixes of the functions' logical ids. */
const functions = [
  'UidPushFunction',
  'UidPushPushOnlyFunction',
  'UidPushRegister',
  'UidPushConnect',
  'UidPushDisconnect',
] as const;

/** Kills what runs functions, and kills and stops the text service in turn. */
export async function killNowAndThen(setting: SoakSetting, stack: LocalStack, runMs: number): Promise<void> {
  await Promise.all([killSandboxes(setting, stack), endTextService(setting, stack, runMs)]);
}

/**
 * Those of one function after the other. On a busy machine they start slowly: something must have arrived since the
 * last kill.
 */
async function killSandboxes(setting: SoakSetting, stack: LocalStack): Promise<void> {
  const { books, seed } = setting;
  const random = new Random(seed, 'sandboxes');
  let arrived = books.received.size;
  while (!setting.isEnding) {
    await sleep(random.between(500, 2_500));
    const hasProgress = books.received.size > arrived;
    if (setting.isEnding || !hasProgress) continue;
    const killed = await stack.functions.killSandboxes(random.of(functions));
    if (killed === 0) continue;
    arrived = books.received.size;
    books.fault('sandboxes killed');
  }
}

async function endTextService(setting: SoakSetting, stack: LocalStack, runMs: number): Promise<void> {
  const interval = Math.min(textKillIntervalMs, runMs / 3);
  for (let count = 0; !setting.isEnding; count++) {
    const next = Date.now() + interval;
    while (!setting.isEnding && Date.now() < next) await sleep(100);
    if (setting.isEnding || !stack.text) return;
    const isKill = count % 2 === 0;
    setting.books.textEnds.push(Date.now());
    if (!endProcess(stack.text.pid, isKill ? 'SIGKILL' : 'SIGTERM')) continue;
    setting.books.fault(isKill ? 'text service killed' : 'text service stopped');
  }
}

/** Whether it was still there. */
function endProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
