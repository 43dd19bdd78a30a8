import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * A program of the bench in a process of its own. It answers each message with one, and ends when this process is gone.
 */
export type BenchProcess<Question, Answer> = {
  ask(question: Question): Promise<Answer>;
};

export type ProcessOptions = {
  args?: readonly string[];
  env?: Record<string, string>;
  /** Flags of Node. */
  flags?: readonly string[];
};

/** No answer takes longer. */
const answerTimeoutMs = 120_000;

/** Runs `program` for as long as `use` takes. It gets the first message, by which the program says that it is ready. */
export async function withProcess<Ready, Question, Answer, Result>(
  program: URL,
  { args = [], env = {}, flags = [] }: ProcessOptions,
  use: (ready: Ready, child: BenchProcess<Question, Answer>) => Promise<Result>,
): Promise<Result> {
  const child = fork(program, args, {
    env: { ...env, PATH: process.env.PATH },
    execArgv: ['--import', import.meta.resolve('tsx'), ...flags],
  });
  const closed = once(child, 'exit');
  const message = async () => {
    const ended = closed.then(() => {
      throw new Error(`${program.pathname} ended.`);
    });
    const [answer] = await Promise.race([
      once(child, 'message', { signal: AbortSignal.timeout(answerTimeoutMs) }),
      ended,
    ]);
    return answer;
  };
  try {
    const ready = (await message()) as Ready;
    return await use(ready, {
      ask: (question) => {
        const answer = message();
        child.send(question as object);
        return answer as Promise<Answer>;
      },
    });
  } finally {
    child.kill();
    await closed;
  }
}
