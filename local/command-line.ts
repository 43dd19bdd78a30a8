import { parseArgs } from 'node:util';
import type { PortOption } from './listen-error.ts';
import type { StartOptions } from './start.ts';

/** How the options that name a port are written. */
export const portOptions = {
  webSocketPort: 'ws-port',
  textPort: 'text-port',
  httpPort: 'http-port',
} as const satisfies Record<PortOption, string>;

const identities = ['claimed', 'token'] as const;
const pushAuths = ['iam', 'secret'];
const sessions = ['many', 'single'];

export const help = `Runs uidpush on this machine.

  --ws-port <port>      where browsers connect          (default: 1234)
  --text-port <port>    the Text protocol over TCP      (default: 5678)
  --http-port <port>    the push URL and the show page  (default: 8080)
  --host <host>         the address to listen on        (default: 127.0.0.1)
  --env <name>          the environment of uidpush.config.ts to run (default: local)
  --identity <way>      how a browser proves its uid: ${identities.join(', ')}
  --push-auth <way>     who may push: ${pushAuths.join(', ')} (iam: its signatures nobody checks here)
  --sessions <number>   connections of a uid: ${sessions.join(', ')}
  --assembly <folder>   what cdk synth made; without it the CDK app of this folder is run
  --help                prints this

A port of 0 is any free one. Without --identity, --push-auth and --sessions it is as the environment says.
`;

/** Parsed command line, or its fault. */
export type CommandLine =
  | { help: true }
  | { problem: string }
  | {
      options: Pick<
        StartOptions,
        PortOption | 'host' | 'environment' | 'identity' | 'context' | 'assemblyDirectory'
      >;
    };

/** Reads the arguments after the command. */
export function readCommandLine(args: string[]): CommandLine {
  try {
    const { values } = parseArgs({
      args,
      options: {
        // The first two ports are those of the original.
        'ws-port': { type: 'string', default: '1234' },
        'text-port': { type: 'string', default: '5678' },
        'http-port': { type: 'string', default: '8080' },
        host: { type: 'string', default: '127.0.0.1' },
        env: { type: 'string', default: 'local' },
        identity: { type: 'string' },
        'push-auth': { type: 'string' },
        sessions: { type: 'string' },
        assembly: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { help: true };
    return {
      options: {
        webSocketPort: port('ws-port', values['ws-port']),
        textPort: port('text-port', values['text-port']),
        httpPort: port('http-port', values['http-port']),
        host: values.host,
        environment: values.env,
        ...(values.identity !== undefined && { identity: oneOf('identity', values.identity, identities) }),
        context: {
          ...(values['push-auth'] !== undefined && {
            pushAuth: oneOf('push-auth', values['push-auth'], pushAuths),
          }),
          ...(values.sessions !== undefined && { sessions: oneOf('sessions', values.sessions, sessions) }),
        },
        ...(values.assembly !== undefined && { assemblyDirectory: values.assembly }),
      },
    };
  } catch (error) {
    // `parseArgs` throws a TypeError for an option that doesn't exist or lacks its value, and so do those that
    // read a value.
    if (error instanceof TypeError) return { problem: error.message };
    throw error;
  }
}

function port(option: string, text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new TypeError(`--${option} must be a port from 0 to 65535, not ${text}`);
  }
  return Number(text);
}

function oneOf<Choice extends string>(option: string, value: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) {
    throw new TypeError(`--${option} must be ${choices.join(' or ')}, not ${value}`);
  }
  return choice;
}
