import { textProgram } from '../../lib/text-program.ts';
import { startTextProcess } from '../../local/text/text-process.ts';
import { TextVariable } from '../../text/names.ts';
import { sendLines } from '../line-load.ts';
import { withProcess } from '../process.ts';
import type { PushUrlTraffic } from './push-url-program.ts';

/** Duration of a warm push function. */
const pushUrlLatencyMs = 10;
const stopTimeoutMs = 5_000;

export type ServiceLoad = { connections: number; inFlight: number; lines: number };
export type ServiceSpeed = ServiceLoad & { linesPerSecond: number[]; linesPerRequest: number[] };

const line = `${JSON.stringify({ uid: 'u1', text: 'x'.repeat(74) })}\n`;

/**
 * The text service's own program, between senders and a push URL that answers like a warm function. Each load once to
 * warm up.
 */
export function measureService(loads: readonly ServiceLoad[], repetitions: number): Promise<ServiceSpeed[]> {
  return withProcess<{ url: string }, object, PushUrlTraffic, ServiceSpeed[]>(
    new URL('push-url-program.ts', import.meta.url),
    { env: { LATENCY_MS: String(pushUrlLatencyMs) } },
    async ({ url }, pushUrl) => {
      const service = await startTextProcess({
        command: ['node', '--input-type=module', '--eval', textProgram()],
        environment: {
          [TextVariable.pushUrl]: url,
          [TextVariable.host]: '127.0.0.1',
          [TextVariable.port]: '0',
        },
        stopTimeoutMs,
        onLog: () => {},
      });
      const measured: ServiceSpeed[] = [];
      try {
        for (const load of loads) {
          const speed: ServiceSpeed = { ...load, linesPerSecond: [], linesPerRequest: [] };
          const send = () => sendLines({ ...load, port: service.port, lineOf: () => line });
          await send();
          for (let repetition = 0; repetition < repetitions; repetition++) {
            await pushUrl.ask({});
            speed.linesPerSecond.push(load.lines / (await send()));
            const { requests, lines } = await pushUrl.ask({});
            speed.linesPerRequest.push(lines / requests);
          }
          measured.push(speed);
        }
      } finally {
        await service.stop();
      }
      return measured;
    },
  );
}
