import { once } from 'node:events';
import { connect } from 'node:net';
import { sendLines } from '../line-load.ts';
import { type BenchProcess, withProcess } from '../process.ts';
import { Browsers } from './browsers.ts';
import type { StackMemory, StackReady } from './stack-program.ts';

export type StackScale = {
  repetitions: number;
  /** Open sockets while lines are sent one at a time. */
  sockets: readonly number[];
  /** Lines, in each repetition, whose way is timed. */
  timedLines: number;
  /** Lines, in each repetition, that are sent as fast as they are answered. */
  pushes: number;
  /** Numbers of sockets at which memory is measured; growth is counted from the first. */
  idleSockets: readonly [number, ...number[]];
};

export type StackSpeed = {
  registrationsPerSecond: { sockets: number; perSecond: number }[];
  /** Milliseconds from line to browser, of each repetition. */
  lineToBrowser: { sockets: number; repetitions: number[][] }[];
  pushesPerSecond: number[];
  /** Bytes that each socket more has cost. */
  memoryPerSocket: { sockets: number; memory: StackMemory }[];
};

/** Programs that push at the same time, and the lines that each has on the way. */
const connections = 8;
const inFlight = 8;

/** The whole local stack in a process of its own, with the browsers and the sending programs in this one. */
export function measureStack(scale: StackScale): Promise<StackSpeed> {
  return withProcess<StackReady, object, StackMemory, StackSpeed>(
    new URL('stack-program.ts', import.meta.url),
    // `--expose-gc`: to measure live memory. The other one is `npm start`'s.
    { flags: ['--expose-gc', '--single-threaded-gc'] },
    async (ready, stack) => {
      const browsers = new Browsers(ready.webSocketUrl);
      try {
        return await measureWith(browsers, ready, stack, scale);
      } finally {
        await browsers.close();
      }
    },
  );
}

async function measureWith(
  browsers: Browsers,
  { textPort }: StackReady,
  stack: BenchProcess<object, StackMemory>,
  scale: StackScale,
): Promise<StackSpeed> {
  const { repetitions, sockets, timedLines, pushes, idleSockets } = scale;
  const speed: StackSpeed = {
    registrationsPerSecond: [],
    lineToBrowser: [],
    pushesPerSecond: [],
    memoryPerSocket: [],
  };
  const growTo = async (count: number) => {
    const added = count - browsers.count;
    const start = performance.now();
    await browsers.growTo(count);
    const perSecond = (added * 1_000) / (performance.now() - start);
    if (added > 1) speed.registrationsPerSecond.push({ sockets: count, perSecond });
  };
  for (const count of sockets) {
    await growTo(count);
    await timeLines(browsers, textPort, timedLines);
    const times: number[][] = [];
    for (let done = 0; done < repetitions; done++)
      times.push(await timeLines(browsers, textPort, timedLines));
    speed.lineToBrowser.push({ sockets: count, repetitions: times });
  }
  await pushesPerSecond(browsers, textPort, pushes);
  for (let done = 0; done < repetitions; done++) {
    speed.pushesPerSecond.push(await pushesPerSecond(browsers, textPort, pushes));
  }
  const [first, ...more] = idleSockets;
  await growTo(Math.max(first, browsers.count));
  const [from, before] = [browsers.count, await stack.ask({})];
  for (const count of more) {
    await growTo(count);
    const { resident, live } = await stack.ask({});
    const perSocket = (bytes: number) => bytes / (count - from);
    speed.memoryPerSocket.push({
      sockets: count,
      memory: { resident: perSocket(resident - before.resident), live: perSocket(live - before.live) },
    });
  }
  return speed;
}

/** Milliseconds from each line until its browser has it, one line at a time, to the browsers in turn. */
async function timeLines(browsers: Browsers, textPort: number, lines: number): Promise<number[]> {
  const sender = connect({ port: textPort, host: '127.0.0.1', noDelay: true });
  await once(sender, 'connect');
  const times: number[] = [];
  for (let n = 0; n < lines; n++) {
    const received = browsers.receive(1);
    const answered = once(sender, 'data');
    const start = performance.now();
    sender.write(lineTo(n % browsers.count, n));
    await received;
    times.push(performance.now() - start);
    await answered;
  }
  sender.destroy();
  return times;
}

async function pushesPerSecond(browsers: Browsers, port: number, lines: number): Promise<number> {
  const received = browsers.receive(lines);
  const start = performance.now();
  const answered = sendLines({
    port,
    connections,
    inFlight,
    lines,
    lineOf: (n) => lineTo(n % browsers.count, n),
  });
  await Promise.all([received, answered]);
  return (lines * 1_000) / (performance.now() - start);
}

function lineTo(browser: number, n: number): string {
  return `${JSON.stringify({ uid: `u${browser}`, n, text: 'x'.repeat(60) })}\n`;
}
