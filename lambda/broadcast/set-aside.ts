import { randomUUID } from 'node:crypto';
import { batchesOf } from '../batches.ts';
import type { Target } from './broadcast-task.ts';

/** As many as a page has, which a queue's message has room for. */
const maxTargets = 1_000;

/**
 * Puts posts that failed where a person can see them and redrive them, before they are counted: with the count, the
 * name that this returns is stored. Returns `undefined` where none failed.
 *
 *     worker A                        worker B                         what is counted
 *     posts, sets c5 aside as A.0
 *                                     ← A dies here                    nothing
 *                                     posts again, sets c5 aside
 *                                     as B.0, counts, and names B      B
 *
 * Both are redriven. What is counted names B, so A.0 is void and c5 gets the message once. If B delivered it to c5,
 * neither is there to do.
 *
 * @param task What the tasks that repeat posts have in common: all but their names and the targets.
 */
export async function setAside<Task extends object>(
  task: Task,
  failed: readonly Target[],
  deadLetters: { send(repetition: Task & { repetition: string; targets: Target[] }): Promise<void> },
): Promise<string | undefined> {
  if (failed.length === 0) return undefined;
  const name = randomUUID();
  for (const [index, targets] of batchesOf(failed, maxTargets).entries()) {
    await deadLetters.send({ ...task, repetition: `${name}.${index}`, targets });
  }
  return name;
}

/** Whether posts that were set aside are to be repeated. */
export type Standing =
  | 'to-do'
  /** They were repeated, or another worker did the posts again and counted them. */
  | 'void'
  /** Nobody has counted them. The worker that set them aside is about to, or it is dead and another one will. */
  | 'undecided';

/**
 * @param task A task of an earlier release does not say what counts its posts: it is done once.
 * @param isDone Whether the repetition is counted.
 * @param counted The names that what counted the failed posts has; `undefined`: they are not counted.
 */
export function standingOf(
  { repetition, origin }: { repetition: string; origin?: object | undefined },
  isDone: boolean,
  counted: readonly string[] | undefined,
): Standing {
  if (isDone) return 'void';
  if (origin === undefined) return 'to-do';
  if (counted === undefined) return 'undecided';
  const [name = ''] = repetition.split('.');
  return counted.includes(name) ? 'to-do' : 'void';
}

/** Returns whether a repetition is to be done. Throws where the queue should deliver it again. */
export function isToDo(standing: Standing): boolean {
  if (standing === 'undecided') throw new Error('The posts that failed are not counted yet.');
  return standing === 'to-do';
}
