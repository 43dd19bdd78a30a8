import { Command, InvalidArgumentError } from 'commander';
import { defaultLoad, type Load } from './load.ts';

export type CostOptions = { load: Load; withFreeTier: boolean; json: boolean };

/** The options and what they mean. Parsing throws a `CommanderError`. */
export function createProgram(run: (options: CostOptions) => void): Command {
  const load = defaultLoad;
  return new Command('npm run cost')
    .usage('-- [options]')
    .description('What a month of uidpush costs, and the same load at other services.')
    .option('--users <n>', 'users who are connected', number({ least: 1, most: 1e9 }), load.users)
    .option(
      '--hours <h>',
      'hours a day that each of them is',
      number({ least: 0.1, most: 24 }),
      load.hoursPerDay,
    )
    .option(
      '--connections-per-user <n>',
      'open pages of a user at the same time',
      number({ least: 1, most: 10_000 }),
      load.connectionsPerUser,
    )
    .option(
      '--connects-per-day <n>',
      'how often a day each page is opened',
      number({ most: 10_000 }),
      load.connectsPerDay,
    )
    .option('--pushes <n>', 'messages a month, all users together', number({ most: 1e13 }), load.pushes)
    .option('--size <kb>', 'KB of a message', number({ most: 128 }), load.sizeKb)
    .option('--offline-share <part>', 'of the pushes, to nobody online: 0 to 1', share, load.offlineShare)
    .option(
      '--lines-per-request <n>',
      'messages in one request',
      number({ least: 1, most: 1_000 }),
      load.linesPerRequest,
    )
    .option('--broadcasts <n>', 'messages to everybody a month', number({ most: 1e9 }), load.broadcasts)
    .option('--stored-share <part>', 'of the pushes, with a TTL: 0 to 1', share, load.storedShare)
    .option('--stored-hours <h>', 'how long they are stored', number({ most: 8_760 }), load.storedHours)
    .option(
      '--idempotent-share <part>',
      'of the pushes, with an Idempotency-Key: 0 to 1',
      share,
      load.idempotentShare,
    )
    .option(
      '--heartbeat <seconds>',
      'silence after which a page pings',
      number({ least: 1, most: 600 }),
      load.heartbeatSeconds,
    )
    .option('--any-origin', 'without allowedOrigins', load.anyOrigin)
    .option('--secrets <n>', 'secrets that the stack makes', number({ most: 2 }), load.secrets)
    .option('--text', 'with the text endpoint, which all pushes then use', load.text)
    .option('--text-tasks <n>', 'its tasks', number({ least: 1, most: 1_000 }), load.textTasks)
    .option('--monitoring', 'with metrics, dashboard and alarms', load.monitoring)
    .option('--cloudfront', 'with CloudFront in front of connects', load.cloudfront)
    .option('--free-tier', 'less what AWS gives every account for ever', false)
    .option('--json', 'JSON instead of Markdown', false)
    .exitOverride()
    .allowExcessArguments(false)
    .action((options) => {
      const { hours, size, heartbeat, freeTier, json, ...same } = options;
      run({
        load: { ...same, hoursPerDay: hours, sizeKb: size, heartbeatSeconds: heartbeat },
        withFreeTier: freeTier,
        json,
      });
    });
}

/** Reads a number from `least` (default: 0) to `most`. */
function number({ least = 0, most }: { least?: number; most: number }): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+(\.\d+)?(e\d+)?$/i.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a number from ${least} to ${most.toLocaleString('en')}.`);
    }
    return value;
  };
}

const share = number({ most: 1 });
