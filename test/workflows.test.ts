import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = '.github/workflows';
const { scripts, engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

type Step = { uses?: string; run?: string };
type Job = { 'timeout-minutes'?: number; steps: Step[]; strategy?: { matrix: { node: number[] } } };
type Workflow = { on: Record<string, unknown>; permissions: unknown; jobs: Record<string, Job> };

const workflows = readdirSync(`${root}${folder}`).map(
  (file) => [file, parse(readFileSync(`${root}${folder}/${file}`, 'utf8')) as Workflow] as const,
);

const runsOf = ({ jobs }: Workflow) =>
  Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));

describe.each(workflows)('%s', (_file, workflow) => {
  test('may read the repository, and where a person starts it prove to AWS which it is, and nothing else', () => {
    const isByHand = Object.keys(workflow.on).join() === 'workflow_dispatch';
    const { 'id-token': proof, ...others } = workflow.permissions as Record<string, string>;
    expect(others).toEqual({ contents: 'read' });
    expect(isByHand || proof === undefined).toBe(true);
    for (const job of Object.values(workflow.jobs)) expect(job).not.toHaveProperty('permissions');
  });

  test('runs GitHub’s own actions only, of a fixed version, and ends what hangs', () => {
    for (const { steps, 'timeout-minutes': limit } of Object.values(workflow.jobs)) {
      const uses = steps.flatMap((step) => step.uses ?? []);
      expect(uses.filter((action) => !/^actions\/[\w-]+@(v\d+|[0-9a-f]{40})$/.test(action))).toEqual([]);
      expect(limit).toBeGreaterThan(0);
    }
  });

  test('runs what there is', () => {
    for (const command of runsOf(workflow)) {
      const [, script] = /^npm run (\S+)/.exec(command) ?? [];
      if (script) expect(scripts).toHaveProperty([script]);
      else if (!command.startsWith('npm ci')) accessSync(`${root}${command.split(' ')[0]}`, constants.X_OK);
    }
  });
});

test('every change is checked on the oldest Node.js that the package is for, and on that of Lambda', () => {
  const [, ci] = workflows.find(([file]) => file === 'ci.yml')!;
  const { matrix } = ci.jobs.check!.strategy!;
  expect(Object.keys(ci.on)).toEqual(['push', 'pull_request']);
  expect(runsOf(ci)).toContain('.ci/run');
  expect(matrix.node).toContain(Number(/\d+/.exec(engines.node)?.[0]));
  expect(matrix.node).toContain(24);
});

test('the properties are searched every night', () => {
  const searches = workflows.filter(([, workflow]) => runsOf(workflow).includes('npm run test:search'));
  expect(searches.map(([, { on }]) => Object.keys(on))).toEqual([['schedule', 'workflow_dispatch']]);
});
