import type { Groups } from '../../client/backend/groups.ts';
import type { GroupPushOptions, MembershipOptions } from '../../client/backend/options.ts';
import { parseObject } from '../../protocol/message.ts';
import { isRefusal } from '../../protocol/refusal.ts';
import { encodeUtf8 } from '../../protocol/utf8.ts';
import { ExitCode } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/output.ts';
import { CliError } from '../cli-error.ts';
import { everyPage } from '../every-page.ts';

export async function addToGroup(
  groups: Groups,
  group: string,
  uid: string,
  options: MembershipOptions,
): Promise<ExitCode> {
  printJson(await groups.add(group, uid, options));
  return ExitCode.done;
}

export async function removeFromGroup(groups: Groups, group: string, uid: string): Promise<ExitCode> {
  printJson(await groups.remove(group, uid));
  return ExitCode.done;
}

export async function pushToGroup(
  groups: Groups,
  group: string,
  json: string,
  options: GroupPushOptions,
): Promise<ExitCode> {
  const message = parseObject(encodeUtf8(json));
  if (isRefusal(message)) throw new CliError(ExitCode.usage, `${message.detail}.`);
  const result = await groups.push(group, message.text, options);
  printJson(result);
  return doneIf(result.delivered > 0);
}

/** How many are in. */
export async function showGroup(groups: Groups, group: string): Promise<ExitCode> {
  const { added = 0, connections = 0 } = await groups.members(group, { limit: 1 });
  printJson({ group, added, connections });
  return doneIf(added + connections > 0);
}

/** A line for each member. */
export async function listMembers(groups: Groups, group: string): Promise<ExitCode> {
  let isAnybody = false;
  for await (const { members } of everyPage((page) => groups.members(group, page))) {
    for (const member of members) printJson(member);
    isAnybody ||= members.length > 0;
  }
  return doneIf(isAnybody);
}

/** A line for each group of a uid. */
export async function listGroupsOf(groups: Groups, uid: string): Promise<ExitCode> {
  const { groups: found } = await groups.of(uid);
  for (const one of found) printJson(one);
  return doneIf(found.length > 0);
}

/** Takes everybody out. */
export async function deleteGroup(groups: Groups, group: string): Promise<ExitCode> {
  const removed = await groups.clear(group);
  printJson(removed);
  return doneIf(removed.uids > 0);
}

function doneIf(isSomebody: boolean): ExitCode {
  return isSomebody ? ExitCode.done : ExitCode.negative;
}
