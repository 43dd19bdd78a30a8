import { Command, Option } from 'commander';
import type { SelectionOptions } from '../client/backend/options.ts';
import { createPushClient, type PushClient } from '../client/backend/push-client.ts';
import packageJson from '../package.json' with { type: 'json' };
import { MAX_BLOCK_SECONDS, MAX_QUERIED_UIDS } from '../protocol/limits.ts';
import { ExitCode } from '../terminal/exit-code.ts';
import { stopSignal } from '../terminal/stop-signal.ts';
import { CliError } from './cli-error.ts';
import {
  deviceName,
  examples,
  exceptOption,
  idempotencyKeyOption,
  type KeyOption,
  keyOf,
  onlyOption,
  type PushCommandOptions,
  pushOptionsOf,
  selectionOf,
  ttlOption,
  wholeNumberFrom1,
  wholeNumberUpTo,
} from './command-options.ts';
import { broadcast, stopBroadcast } from './commands/broadcast.ts';
import { kick, kickConnection } from './commands/kick.ts';
import { type ListenOptions, listen } from './commands/listen.ts';
import { multicast } from './commands/multicast.ts';
import { online } from './commands/online.ts';
import { push } from './commands/push.ts';
import { printUidHash } from './commands/uid-hash.ts';
import { watch } from './commands/watch.ts';
import { addGroupCommands } from './group-commands.ts';
import { listenerCredential } from './listener-credential.ts';
import { argumentOrInput } from './standard-input.ts';
import { authorisationOf, localTarget, readTarget, type Target, type TargetOptions } from './target.ts';

export type ProgramOptions = {
  environment: NodeJS.ProcessEnv;
  /** Told, before a request is made, for whom. */
  onTarget: (target: Target) => void;
  /** Told when a command has ended. */
  onEnd: (exitCode: ExitCode) => void;
};

/** A day is longer than any broadcast, or multicast. */
const maxWaitSeconds = 86_400;

/** The commands and their arguments. Parsing throws a `CommanderError`, a command what it throws. */
export function createProgram({ environment, onTarget, onEnd }: ProgramOptions): Command {
  const program = new Command('uidpush')
    .description('Pushes JSON to the browsers of a user id.')
    .version(packageJson.version)
    .option(
      '--stack <name>',
      'the deployment to use: a stack of your AWS account, whose outputs and secrets are read',
    )
    .addOption(
      new Option('--outputs <file>', 'or what `cdk deploy --outputs-file <file>` wrote').conflicts('stack'),
    )
    .exitOverride()
    .showHelpAfterError('Try --help.')
    .addHelpText('after', afterHelp);

  const target = async (): Promise<Target> => {
    const found = await readTarget(program.opts<TargetOptions>(), environment);
    onTarget(found);
    return found;
  };
  const client = async (): Promise<PushClient> => {
    const found = await target();
    return createPushClient({ url: found.pushUrl, ...authorisationOf(found) });
  };

  program
    .command('push')
    .description('send one message to every connection of a uid, and print what became of it')
    .argument('<uid>')
    .argument('<json>', 'a JSON object, with or without its uid; -: standard input')
    .addOption(ttlOption())
    .addOption(idempotencyKeyOption())
    .addOption(onlyOption())
    .addOption(exceptOption())
    .addHelpText(
      'after',
      examples(
        `uidpush push u1 '{"hello":1}'`,
        `uidpush push u1 '{"hello":1}' --ttl 600`,
        `uidpush push u1 '{"hello":1}' --except "$DEVICE"`,
      ),
    )
    .action(async (uid: string, json: string, options: PushCommandOptions) =>
      onEnd(await push(await client(), uid, await argumentOrInput(json), pushOptionsOf(options))),
    );

  program
    .command('multicast')
    .description('send one message to every connection of many uids, and print what became of it')
    .argument('<file>', 'a file with a uid per line; -: standard input')
    .argument('<json>', 'a JSON object; it needs no uid')
    .option(
      '--wait <seconds>',
      'how long to wait for the end of one to more than 1,000; 0: print the id of any and don’t wait',
      wholeNumberUpTo(maxWaitSeconds),
      900,
    )
    .addOption(ttlOption())
    .addOption(idempotencyKeyOption())
    .addOption(onlyOption())
    .addOption(exceptOption())
    .addHelpText(
      'after',
      examples(
        `uidpush multicast uids.txt '{"hello":1}'`,
        `uidpush online | jq -r .uid | uidpush multicast - '{"hello":1}'`,
      ),
    )
    .action(async (file: string, json: string, { wait, ...options }: PushCommandOptions & { wait: number }) =>
      onEnd(await multicast(await client(), file, json, wait * 1_000, pushOptionsOf(options))),
    );

  const broadcastCommand = program
    .command('broadcast')
    .description('send a text to every connection, wait until that is finished, and print what became of it')
    .argument('<text>', 'any text; JSON, as a rule; -: standard input')
    .option(
      '--wait <seconds>',
      'how long to wait for the end; 0: print its id and don’t wait',
      wholeNumberUpTo(maxWaitSeconds),
      900,
    )
    .addOption(idempotencyKeyOption())
    .addHelpText(
      'after',
      examples(`uidpush broadcast '{"notice":"We are back."}'`, 'uidpush broadcast stop "$ID"'),
    )
    .action(async (text: string, { wait, ...key }: KeyOption & { wait: number }) =>
      onEnd(
        await broadcast(await client(), await argumentOrInput(text), {
          waitMs: wait * 1_000,
          options: keyOf(key),
        }),
      ),
    );

  broadcastCommand
    .command('stop')
    .description(
      'stop a broadcast, and print what was sent; the text "stop" itself comes from standard input',
    )
    .argument('<id>', 'what broadcast printed first, or its request was answered with')
    .action(async (id: string) => onEnd(await stopBroadcast(await client(), id)));

  addGroupCommands(program, client, onEnd);

  program
    .command('online')
    .description('print the connections of a uid, or a line for each uid that is online')
    .argument('[uid]')
    .addOption(onlyOption())
    .addOption(exceptOption())
    .addHelpText('after', examples('uidpush online u1', 'uidpush online | wc -l'))
    .action(async (uid: string | undefined, options: SelectionOptions) => {
      const selection = selectionOf(options);
      if (uid === undefined && Object.keys(selection).length > 0)
        throw new CliError(ExitCode.usage, '--only and --except select connections of a uid: name it.');
      onEnd(await online(await client(), uid, selection));
    });

  program
    .command('watch')
    .description('print a line for each of some uids that is online, then for each that comes or leaves')
    .argument('<uid...>', `up to ${MAX_QUERIED_UIDS} uids`)
    .option('--interval <seconds>', 'how often to ask', wholeNumberFrom1, 2)
    .addHelpText('after', examples('uidpush watch u1 u2', 'uidpush watch u1 --interval 10'))
    .action(async (uids: string[], { interval }: { interval: number }) => {
      if (uids.length > MAX_QUERIED_UIDS)
        throw new CliError(ExitCode.usage, `At most ${MAX_QUERIED_UIDS} uids can be watched.`);
      onEnd(await watch(await client(), uids, { intervalMs: interval * 1_000, signal: stopSignal() }));
    });

  program
    .command('kick')
    .description('close the connections of a uid, or one connection by its id')
    .argument('[uid]')
    .option('--connection <id>', 'close this connection, whatever its uid')
    .addOption(onlyOption())
    .addOption(exceptOption())
    .option('--revoke', 'refuse every token of the uid that was issued until now, too')
    .option(
      '--block <seconds>',
      'refuse all tokens of the uid for so long; 0: no longer',
      wholeNumberUpTo(MAX_BLOCK_SECONDS),
    )
    .addHelpText(
      'after',
      examples(
        'uidpush kick u1',
        'uidpush kick u1 --except "$DEVICE"',
        'uidpush kick u1 --revoke',
        'uidpush kick u1 --block 3600',
        'uidpush kick --connection "$ID"',
      ),
    )
    .action(async (uid: string | undefined, { connection, revoke, block, ...selection }: KickOptions) => {
      const options = {
        ...selectionOf(selection),
        ...(revoke && { revoke }),
        ...(block !== undefined && { blockSeconds: block }),
      };
      if (connection === undefined && uid !== undefined)
        return onEnd(await kick(await client(), uid, options));
      if (connection === undefined || uid !== undefined || Object.keys(options).length > 0)
        throw new CliError(ExitCode.usage, 'Name a uid, or --connection and nothing else.');
      onEnd(await kickConnection(await client(), connection));
    });

  program
    .command('listen')
    .description('register as a uid, as a browser does, and print each message that arrives')
    .argument('[uid]', 'the uid, or a token where uids are proven; without it, the token is UIDPUSH_TOKEN')
    .option(
      '--device <name>',
      'what to call this connection, for --only and --except; a random name otherwise',
    )
    .option('--count <n>', 'end after this many messages', wholeNumberFrom1)
    .addHelpText('after', examples('uidpush listen u1', 'uidpush listen u1 --count 1 --json'))
    .action(async (uid: string | undefined, { count, json, device }: ListenCommandOptions) =>
      onEnd(
        await listenTo(await target(), uid, {
          json: json ?? false,
          ...(count !== undefined && { count }),
          ...(device !== undefined && { device: deviceName(device) }),
        }),
      ),
    );

  program
    .command('uid-hash')
    .description('print what the logs have of a uid, by which a user’s lines are found')
    .argument('<uid>')
    .addHelpText('after', examples('uidpush --stack uidpush uid-hash u1'))
    .action(async (uid: string) => onEnd(printUidHash(uid, await target())));
  for (const command of program.commands.flatMap((one) => [one, ...one.commands])) {
    const isJsonAnyway = command.name() !== 'listen';
    command.option(
      '--json',
      isJsonAnyway ? 'print JSON, as it does anyway' : 'print messages as lines of JSON, with their ids',
    );
  }
  return program;

  function listenTo(found: Target, uid: string | undefined, options: Omit<ListenOptions, 'signal'>) {
    const credential = listenerCredential(uid, environment, found);
    return listen(found.webSocketUrl, credential, { signal: stopSignal(), ...options });
  }
}

type KickOptions = SelectionOptions & { connection?: string; revoke?: true; block?: number };

type ListenCommandOptions = { count?: number; json?: boolean; device?: string };

const afterHelp = `
Without --stack and --outputs the deployment is that of the environment, or else the local stack (npm start):
  UIDPUSH_STACK          as --stack, or else:
  UIDPUSH_PUSH_URL       default: ${localTarget.pushUrl}
  UIDPUSH_WEBSOCKET_URL  default: ${localTarget.webSocketUrl}
  UIDPUSH_SECRET         the push secret, for pushAuth=secret
  UIDPUSH_TOKEN_SECRET   the token secret, with which listen makes tokens, for identity=token
  UIDPUSH_TOKEN          or a token to listen with
  UIDPUSH_REGION         the region to sign for, where the push URL is a name of your own, and that of --stack
  UIDPUSH_UID_HASH_KEY   the output UidHashKey, for uid-hash
  AWS_PROFILE …          AWS credentials, for pushAuth=iam, wherever the AWS tools find them

A uid or a text that starts with - goes after --.

Results are lines of JSON on standard output; messages that listen prints are as they were sent, unless --json.
Everything else is on standard error.

Exit codes:
  0  done
  1  nobody: no connection got it and it is not stored, is online, or was closed; nobody is in the group, or the uid
     is in none; fewer messages than --count came; or a broadcast was finished before it could be stopped
  2  the command was not understood, or its arguments can't be used
  3  no answer, an error, or something left undone

For example:
  uidpush listen u1                                  in one terminal
  uidpush push u1 '{"hello":1}'                      in another
  uidpush --stack uidpush online u1                  on AWS`;
