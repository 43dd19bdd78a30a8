import { logWarning } from './log.ts';

/** Lines that one sandbox writes of refusals of one kind in one minute. A stranger must not decide what logs cost. */
const mostPerMinute = 10;
const minuteMs = 60_000;

type Minute = { startedAt: number; lines: number; suppressed: number };

/** Logs a refusal, and returns how many refusals the line stands for; 0: it was suppressed. */
export type LogRefusal = (event: string, fields?: Record<string, string>) => number;

/**
 * Logs the first refusals of each minute, of each event and `code`. The next line that is written says by `suppressed`
 * how many of its kind were not, since the line before it. So at the end of a flood some are never told of.
 */
export function createRefusalLog(write: typeof logWarning, now: () => number): LogRefusal {
  const minutes = new Map<string, Minute>();
  return (event, fields = {}) => {
    const kind = `${event} ${fields.code ?? ''}`;
    const at = now();
    const before = minutes.get(kind) ?? { startedAt: at, lines: 0, suppressed: 0 };
    const minute = at - before.startedAt < minuteMs ? before : { ...before, startedAt: at, lines: 0 };
    if (minute.lines >= mostPerMinute) {
      minutes.set(kind, { ...minute, suppressed: minute.suppressed + 1 });
      return 0;
    }
    const { suppressed } = minute;
    minutes.set(kind, { ...minute, lines: minute.lines + 1, suppressed: 0 });
    write(event, { ...fields, ...(suppressed > 0 && { suppressed }) });
    return 1 + suppressed;
  };
}

/** That of this sandbox. */
export const logRefusal = createRefusalLog(logWarning, Date.now);
