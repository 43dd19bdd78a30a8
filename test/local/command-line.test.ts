import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../../local/command-line.ts';

describe('the command line', () => {
  test("has the original's ports when nothing is asked for", () => {
    expect(readCommandLine([])).toEqual({
      options: {
        webSocketPort: 1234,
        textPort: 5678,
        httpPort: 8080,
        host: '127.0.0.1',
        environment: 'local',
        context: {},
      },
    });
  });

  test('takes every option, as two words or as one', () => {
    const args = [
      '--ws-port',
      '0',
      '--text-port=1',
      '--http-port=65535',
      '--host',
      '::1',
      '--env=prod',
      '--identity=token',
      '--push-auth=secret',
      '--sessions=single',
    ];
    expect(readCommandLine(args)).toEqual({
      options: {
        webSocketPort: 0,
        textPort: 1,
        httpPort: 65_535,
        host: '::1',
        environment: 'prod',
        identity: 'token',
        context: { pushAuth: 'secret', sessions: 'single' },
      },
    });
  });

  test('names a cloud assembly to run', () => {
    expect(readCommandLine(['--assembly', 'cdk.out'])).toMatchObject({
      options: { assemblyDirectory: 'cdk.out' },
    });
  });

  test('is asked for help', () => {
    expect(readCommandLine(['--help'])).toEqual({ help: true });
  });

  test.each([
    [['--ws-port', 'http'], '--ws-port must be a port from 0 to 65535, not http'],
    [['--text-port', '65536'], '--text-port must be a port from 0 to 65535, not 65536'],
    [['--http-port', '1e3'], '--http-port must be a port from 0 to 65535, not 1e3'],
    [['--http-port='], '--http-port must be a port from 0 to 65535, not '],
    [['--identity', 'none'], '--identity must be claimed or token, not none'],
    [['--push-auth', 'none'], '--push-auth must be iam or secret, not none'],
    [['--sessions', '2'], '--sessions must be many or single, not 2'],
    [['--port', '1'], "Unknown option '--port'"],
    [['--ws-port'], "Option '--ws-port <value>' argument missing"],
    [['1234'], "Unexpected argument '1234'"],
  ])('%j is a problem, told in one line', (args, problem) => {
    const commandLine = readCommandLine(args);
    expect(commandLine).toEqual({ problem: expect.stringContaining(problem) });
    expect(commandLine).not.toEqual({ problem: expect.stringContaining('\n') });
  });
});
