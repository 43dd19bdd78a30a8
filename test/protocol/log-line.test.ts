import { describe, expect, test } from 'vitest';
import { createLog, LogLevel, logLevelOf } from '../../protocol/log-line.ts';

function logged(least: LogLevel, context?: () => Record<string, string>): unknown[] {
  const lines: string[] = [];
  const log = createLog(least, (line) => lines.push(line), context);
  log.error('broke', { status: 500 });
  log.warn('refused');
  log.info('done', { isFramed: true });
  log.debug('posted');
  expect(lines.every((line) => /^[^\n]+\n$/.test(line))).toBe(true);
  return lines.map((line) => JSON.parse(line));
}

describe('a log line', () => {
  test('is one line of JSON with its level, what happened, and with what', () => {
    expect(logged('info')).toEqual([
      { level: 'error', event: 'broke', status: 500 },
      { level: 'warn', event: 'refused' },
      { level: 'info', event: 'done', isFramed: true },
    ]);
  });

  test('has what belongs to all lines of its time', () => {
    expect(logged('error', () => ({ correlationId: 'c1' }))).toEqual([
      { level: 'error', event: 'broke', correlationId: 'c1', status: 500 },
    ]);
  });

  test.each(Object.values(LogLevel))('is written from %s on, and not below', (level) => {
    const levels = ['error', 'warn', 'info', 'debug'];
    expect(logged(level)).toHaveLength(levels.indexOf(level) + 1);
  });
});

test('without a level in the environment, or with another word, it is warn', () => {
  expect([undefined, '', 'WARN', 'debug', 'error'].map(logLevelOf)).toEqual([
    'warn',
    'warn',
    'warn',
    'debug',
    'error',
  ]);
});
