import type { Command } from 'commander';
import type { SelectionOptions } from '../client/backend/options.ts';
import type { PushClient } from '../client/backend/push-client.ts';
import { MAX_MEMBERSHIP_SECONDS } from '../protocol/limits.ts';
import type { ExitCode } from '../terminal/exit-code.ts';
import {
  examples,
  exceptOption,
  idempotencyKeyOption,
  type KeyOption,
  keyOf,
  onlyOption,
  selectionOf,
  wholeNumberBetween,
} from './command-options.ts';
import {
  addToGroup,
  deleteGroup,
  listGroupsOf,
  listMembers,
  pushToGroup,
  removeFromGroup,
  showGroup,
} from './commands/groups.ts';
import { argumentOrInput } from './standard-input.ts';

/** Adds the commands about groups. */
export function addGroupCommands(
  program: Command,
  client: () => Promise<PushClient>,
  onEnd: (exitCode: ExitCode) => void,
): void {
  const groups = program
    .command('groups')
    .description('put uids into groups, and push to these, in a deployment with groups=true')
    .addHelpText(
      'after',
      examples(
        'uidpush groups add room-7 u1',
        `uidpush groups push room-7 '{"hello":1}' --except "$DEVICE"`,
        'uidpush groups members room-7 | jq -r .uid',
      ),
    );
  groups
    .command('add')
    .description('put a uid into a group, with all its connections and those to come')
    .argument('<group>')
    .argument('<uid>')
    .option(
      '--ttl <seconds>',
      'for how long; without it until it is removed',
      wholeNumberBetween(1, MAX_MEMBERSHIP_SECONDS),
    )
    .action(async (group: string, uid: string, { ttl }: { ttl?: number }) =>
      onEnd(
        await addToGroup((await client()).groups, group, uid, ttl === undefined ? {} : { ttlSeconds: ttl }),
      ),
    );
  groups
    .command('remove')
    .description('take a uid out of a group, with all its connections')
    .argument('<group>')
    .argument('<uid>')
    .action(async (group: string, uid: string) =>
      onEnd(await removeFromGroup((await client()).groups, group, uid)),
    );
  groups
    .command('push')
    .description('send one message to every connection of a group, and print what became of it')
    .argument('<group>')
    .argument('<json>', 'a JSON object; it needs no uid; -: standard input')
    .addOption(idempotencyKeyOption())
    .addOption(onlyOption())
    .addOption(exceptOption())
    .action(async (group: string, json: string, options: KeyOption & SelectionOptions) =>
      onEnd(
        await pushToGroup((await client()).groups, group, await argumentOrInput(json), {
          ...keyOf(options),
          ...selectionOf(options),
        }),
      ),
    );
  groups
    .command('show')
    .description('print how many uids were put into a group, and how many connections are in it')
    .argument('<group>')
    .action(async (group: string) => onEnd(await showGroup((await client()).groups, group)));
  groups
    .command('members')
    .description('print a line for each uid in a group')
    .argument('<group>')
    .action(async (group: string) => onEnd(await listMembers((await client()).groups, group)));
  groups
    .command('of')
    .description('print a line for each group of a uid')
    .argument('<uid>')
    .action(async (uid: string) => onEnd(await listGroupsOf((await client()).groups, uid)));
  groups
    .command('delete')
    .description('take everybody out of a group')
    .argument('<group>')
    .action(async (group: string) => onEnd(await deleteGroup((await client()).groups, group)));
}
