/** The other side of `process.ts`: what a program in a process of its own does. */

/** Says that the program is ready, and answers questions one after the other from then on. */
export function serve<Question, Answer>(
  ready: object,
  answer: (question: Question) => Promise<Answer> | Answer,
): void {
  if (!process.send) throw new Error('This program is started by the bench.');
  process.on('message', async (question) => process.send?.(await answer(question as Question)));
  process.on('disconnect', () => process.exit());
  process.send(ready);
}
